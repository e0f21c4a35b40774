#include "shelduck/forecast/ces/ces_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "shelduck/forecast/ces/ces_move.hpp"
#include "shelduck/forecast/optimise/nelder_mead.hpp"
#include "shelduck/forecast/seasonal/decomposition.hpp"
#include "shelduck/forecast/smoothing/holt.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::array kCesStart{1.3, 1.0, 1.3, 1.0};  // a0, a1, b0, b1
constexpr std::array kPartialStart{1.3, 1.0, 0.1};
constexpr double kCesWeightMin = 0.01;
constexpr double kRealWeightMax = 1.8;
constexpr double kImaginaryWeightMax = 1.9;
constexpr double kPartialWeightMax = 1;
// Level by potential where a start is guessed_pair: near a0, which it is in the long run where a1
// = 1.
constexpr double kLevelByPotential = 1.1;
constexpr std::size_t kGuessedFrom = 10;  // first values whose mean is the guess of the level
// Keeps the criterion of an exact fit finite; of values whose unit is near the largest of them.
constexpr double kCesVarianceFloor = 1e-30;

// Some milliseconds of the longest series, and little beside the shortest.
constexpr std::size_t kCesEvaluations = 16;

// 1e-6 of the squares is less than what the choice of a form can see.
NelderMeadOptions ces_search() {
  NelderMeadOptions options;
  options.value_tolerance = 1e-6;
  options.point_tolerance = 1e-4;
  options.evaluations_max = 600;
  options.restarts = 1;
  options.restart_gain = 1e-4;
  return options;
}

// Both roots of z^2 - trace z + determinant lie within the circle of this radius.
bool roots_within(double radius, double trace, double determinant) {
  const double square = radius * radius;
  return std::abs(determinant) <= square && radius * std::abs(trace) <= square + determinant;
}

// Whether what a pair learned fades, and what it forecasts grows by at most `growth` a step.
bool is_sensible(const CesTurn& by, double growth) {
  const double a0 = by.real;
  const double a1 = by.imaginary;
  const bool fades = roots_within(1, 2 - 2 * a0 + a1, a0 * a0 + a1 * a1 - 3 * a0 - a1 + 2);
  return fades && roots_within(1 + growth, 2 - a0, 2 - a0 - a1);
}

bool are_sensible(CesForm form, const CesWeights& w) {
  return is_sensible(level_turn(w), kCesGrowthMax) &&
         (form != CesForm::full || is_sensible(season_turn(w), 0));
}

CesPair guessed_pair(double level) {
  return {.level = level, .potential = level / kLevelByPotential};
}

CesPair guessed_level(std::span<const double> values, std::size_t period) {
  const std::span<const double> first =
      values.first(std::min(values.size(), std::max(kGuessedFrom, period)));
  double sum = 0;
  for (const double value : first) {
    sum += value;
  }
  return guessed_pair(sum / static_cast<double>(first.size()));
}

CesState guessed_state(std::span<const double> values, CesForm form, std::size_t period) {
  CesState state{.season = std::vector<CesPair>(period)};
  if (form == CesForm::simple) {
    std::transform(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(period),
                   state.season.begin(), guessed_pair);
    return state;
  }
  state.level = guessed_level(values, period);
  if (form == CesForm::none) {
    return state;
  }
  const Seasonality season = decompose(values, period, SeasonalForm::additive).season;
  for (std::size_t phase = 0; phase < period; ++phase) {
    state.season[phase].level = season.index(phase);
    if (form == CesForm::full) {
      state.season[phase] = guessed_pair(season.index(phase));
    }
  }
  return state;
}

// The sum of squares of a form on some values, as a function of its weights.
class CesSearch {
 public:
  CesSearch(std::span<const double> values, CesForm form, std::size_t period)
      : values_(values), form_(form), guess_(guessed_state(values, form, period)) {
    state_ = guess_;
    start_ = guess_;
  }

  // One evaluation: O(n), allocates nothing.
  double squares(const CesWeights& w) {
    if (!are_sensible(form_, w)) {
      return std::numeric_limits<double>::infinity();
    }
    switch (form_) {
      case CesForm::none:
        return backcast<CesForm::none>(w);
      case CesForm::simple:
        return backcast<CesForm::simple>(w);
      case CesForm::partial:
        return backcast<CesForm::partial>(w);
      case CesForm::full:
        break;
    }
    return backcast<CesForm::full>(w);
  }

  // Before the first value, in the last evaluation.
  [[nodiscard]] const CesState& start() const { return start_; }

 private:
  static void assign(CesState& to, const CesState& from) {
    to.level = from.level;
    std::copy(from.season.begin(), from.season.end(), to.season.begin());
  }

  // Forwards from the guess, back to the start, and forwards again: the errors of the third way
  // count. A trend looks backwards like its opposite, so what the way back leaves in the potentials
  // of the level is put to the guess.
  template <CesForm kForm>
  double backcast(const CesWeights& w) {
    assign(state_, guess_);
    forwards<kForm>(w);
    backwards<kForm>(w);
    state_.level = guessed_pair(state_.level.level);
    if (kForm == CesForm::simple) {
      std::for_each(state_.season.begin(), state_.season.end(),
                    [](CesPair& pair) { pair = guessed_pair(pair.level); });
    }
    assign(start_, state_);
    return forwards<kForm>(w);
  }

  template <CesForm kForm>
  double forwards(const CesWeights& w) {
    double squares = 0;
    std::size_t phase = 0;
    for (const double value : values_) {
      const double error = ces_step(kForm, w, state_, phase, value);
      squares += error * error;
      phase = phase + 1 == state_.season.size() ? 0 : phase + 1;
    }
    return squares;
  }

  template <CesForm kForm>
  void backwards(const CesWeights& w) {
    std::size_t phase = (values_.size() - 1) % state_.season.size();
    for (std::size_t t = values_.size(); t-- > 0;) {
      ces_step(kForm, w, state_, phase, values_[t]);
      phase = phase == 0 ? state_.season.size() - 1 : phase - 1;
    }
  }

  std::span<const double> values_;
  CesForm form_;
  CesState guess_;
  CesState state_{};
  CesState start_{};
};

CesWeights ces_weights(std::span<const double> at) {
  return {
      .a0 = at[0], .a1 = at[1], .b0 = at.size() > 2 ? at[2] : 0, .b1 = at.size() > 3 ? at[3] : 0};
}

Box ces_box(CesForm form) {
  Box box{.lower = std::vector<double>(ces_weight_count(form), kCesWeightMin),
          .upper = {kRealWeightMax, kImaginaryWeightMax, kRealWeightMax, kImaginaryWeightMax}};
  if (form == CesForm::partial) {
    box.upper[2] = kPartialWeightMax;
  }
  box.upper.resize(ces_weight_count(form));
  return box;
}

// Infinite where nothing is left to correct with.
double ces_criterion(double squares, std::size_t values, CesForm form, std::size_t period) {
  const std::size_t numbers = ces_weight_count(form) + 1;
  if (values <= numbers + 1) {
    return std::numeric_limits<double>::infinity();
  }
  const double n = static_cast<double>(values);
  const double k = static_cast<double>(numbers);
  const double starts = static_cast<double>(ces_start_count(form, period));
  return n * std::log(std::max(squares / n, kCesVarianceFloor)) + 2 * (k + starts) +
         2 * k * (k + 1) / (n - k - 1);
}

struct CesFit {
  CesForm form;
  CesWeights weights{};
  CesState start{};
  double criterion = std::numeric_limits<double>::infinity();
};

CesFit best_ces_weights(std::span<const double> values, CesForm form, std::size_t period,
                        const StopCheck& check) {
  CesSearch search{values, form, period};
  std::size_t evaluations = 0;
  const Objective objective = [&](std::span<const double> at) {
    if (evaluations++ % kCesEvaluations == 0) stop_if_asked(check);
    return search.squares(ces_weights(at));
  };
  const std::span<const double> start = form == CesForm::partial
                                            ? std::span<const double>{kPartialStart}
                                            : std::span{kCesStart}.first(ces_weight_count(form));
  const Minimum minimum = minimise(objective, start, ces_box(form), ces_search());
  CesFit fit{.form = form, .weights = ces_weights(minimum.at)};
  const double squares = search.squares(fit.weights);
  fit.start = search.start();
  fit.criterion = ces_criterion(squares, values.size(), form, period);
  return fit;
}

// In a unit that is a power of two, so that a factor of the values that is one changes no bit.
struct CesValues {
  double unit = 1;
  std::vector<double> values{};
};

CesValues in_own_unit(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) {
    largest = std::max(largest, std::abs(value));
  }
  CesValues result;
  if (largest > 0) {
    result.unit = std::scalbn(1.0, std::ilogb(largest));
  }
  result.values.reserve(values.size());
  for (const double value : values) {
    result.values.push_back(value / result.unit);
  }
  return result;
}

CesState in_unit(CesState state, double unit) {
  const auto grow = [unit](CesPair& pair) {
    pair.level *= unit;
    pair.potential *= unit;
  };
  grow(state.level);
  std::for_each(state.season.begin(), state.season.end(), grow);
  return state;
}

}  // namespace

CesModel best_ces(std::span<const double> values, std::span<const CesForm> forms,
                  std::size_t period, const StopCheck& check) {
  const std::span<const double> used = values.last(std::min(values.size(), kIterativeValuesMax));
  const CesValues own = in_own_unit(used);
  const auto fit = [&](CesForm form) {
    return best_ces_weights(own.values, form, form == CesForm::none ? 1 : period, check);
  };
  CesFit best = fit(forms.front());
  for (const CesForm form : forms.subspan(1)) {
    CesFit other = fit(form);
    if (other.criterion < best.criterion) {
      best = std::move(other);
    }
  }
  CesModel model{.form = best.form, .weights = best.weights};
  model.initial = in_unit(std::move(best.start), own.unit);
  model.state = model.initial;
  model.skipped = values.size() - used.size();
  return absorbed(std::move(model), used);
}

}  // namespace shelduck::forecast
