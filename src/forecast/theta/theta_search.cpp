#include "shelduck/forecast/theta/theta_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "shelduck/forecast/baselines/naive2.hpp"
#include "shelduck/forecast/smoothing/holt.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kAlphaMin = 0.1;
constexpr double kAlphaMax = 0.99;
constexpr double kStandardWeight = 0.5;  // theta = 2
// How many values speak for theta = 2 before the first one is seen. On the last horizon of the
// train parts of four yearly sets (M1, M3, M4, tourism) one lowers the MASE of dotm by 0.4 % in the
// mean; three do no more.
constexpr double kPriorValues = 1;
// Places of alpha that are looked at before the lowest is refined; sixteen golden sections of twice
// their distance leave 1e-4.
constexpr std::size_t kAlphaPlaces = 16;
constexpr std::size_t kAlphaSections = 16;
// Below this share of its scale a determinant is rounding alone.
constexpr double kCollinear = 1e-12;

struct ThetaLimits {
  double lower;
  double upper;
};

// x = origin + unit (standard); unit is a power of two, so that a factor of the values that is one
// changes no bit of the search.
struct ThetaSeries {
  double origin;
  double unit = 1;
  std::vector<double> values{};
  ThetaLimits level{};  // of l_0
};

ThetaSeries theta_series(std::span<const double> values, const Seasonality& season) {
  ThetaSeries result{.origin = season.remove(values[0], 0)};
  result.values.reserve(values.size());
  double low = 0;
  double high = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double value = season.remove(values[t], t) - result.origin;
    result.values.push_back(value);
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (high > low) {
    result.unit = std::scalbn(1.0, std::ilogb(high - low));
  }
  for (double& value : result.values) {
    value /= result.unit;
  }
  const double range = (high - low) / result.unit;
  result.level = {.lower = low / result.unit - range, .upper = high / result.unit + range};
  return result;
}

// What does not depend on alpha: intercept and slope of the line that is known before each value.
struct ThetaLines {
  std::vector<double> intercepts{};
  std::vector<double> slopes{};
  ThetaLine last{};
};

ThetaLines theta_lines(std::span<const double> values, ThetaForm form) {
  ThetaLines lines;
  lines.intercepts.reserve(values.size());
  lines.slopes.reserve(values.size());
  for (const double value : values) {
    lines.intercepts.push_back(lines.last.n == 0 ? 0 : lines.last.intercept());
    lines.slopes.push_back(lines.last.slope);
    lines.last.absorb(value);
  }
  if (!has_moving_line(form)) {
    std::fill(lines.intercepts.begin(), lines.intercepts.end(), lines.last.intercept());
    std::fill(lines.slopes.begin(), lines.slopes.end(), lines.last.slope);
  }
  return lines;
}

// Sums of products of r, what the level alone leaves, with p and d, what l_0 and w would add:
// an error is r - l_0 p - w d.
struct ThetaProducts {
  double rr = 0;
  double rp = 0;
  double rd = 0;
  double pp = 0;
  double pd = 0;
  double dd = 0;

  // As if the standard weight had been seen, with a d of this square.
  void add_prior(double square) {
    dd += square;
    rd += square * kStandardWeight;
    rr += square * kStandardWeight * kStandardWeight;
  }

  [[nodiscard]] double squares(double level, double weight) const {
    const double left = rr - 2 * (level * rp + weight * rd);
    const double sum = left + level * level * pp + weight * (2 * level * pd + weight * dd);
    return std::max(sum, 0.0);
  }
};

struct ThetaStart {
  double level = 0;
  double weight = kStandardWeight;
  double squares = std::numeric_limits<double>::infinity();
};

// The best of one number when the other is given.
double best_level(const ThetaProducts& sums, double weight, const ThetaLimits& limits) {
  return std::clamp((sums.rp - weight * sums.pd) / sums.pp, limits.lower, limits.upper);
}

double best_weight(const ThetaProducts& sums, double level) {
  return sums.dd > 0 ? std::clamp((sums.rd - level * sums.pd) / sums.dd, 0.0, 1.0)
                     : kStandardWeight;
}

// The squares are convex, so their lowest place in the box is inside or on one of its four walls.
ThetaStart best_theta_start(const ThetaProducts& sums, const ThetaLimits& limits) {
  const double determinant = sums.pp * sums.dd - sums.pd * sums.pd;
  if (determinant > kCollinear * sums.pp * sums.dd) {
    const double level = (sums.rp * sums.dd - sums.rd * sums.pd) / determinant;
    const double weight = (sums.rd * sums.pp - sums.rp * sums.pd) / determinant;
    if (limits.lower <= level && level <= limits.upper && 0 <= weight && weight <= 1) {
      return {.level = level, .weight = weight, .squares = sums.squares(level, weight)};
    }
  }
  ThetaStart best;
  const auto consider = [&](double level, double weight) {
    const double squares = sums.squares(level, weight);
    if (squares < best.squares) {
      best = {.level = level, .weight = weight, .squares = squares};
    }
  };
  consider(best_level(sums, 0, limits), 0);
  consider(best_level(sums, 1, limits), 1);
  consider(limits.lower, best_weight(sums, limits.lower));
  consider(limits.upper, best_weight(sums, limits.upper));
  return best;
}

class ThetaSearch {
 public:
  ThetaSearch(const ThetaSeries& series, const ThetaLines& lines, ThetaForm form)
      : series_(series), lines_(lines), form_(form) {}

  // One evaluation: O(n), allocates nothing.
  [[nodiscard]] ThetaStart start_for(double alpha) const {
    ThetaProducts sums = products(alpha);
    if (has_free_weight(form_)) {
      const auto errors = static_cast<double>(series_.values.size() - kUnfittedErrors);
      sums.add_prior(kPriorValues * sums.dd / errors);
      return best_theta_start(sums, series_.level);
    }
    const double level = best_level(sums, kStandardWeight, series_.level);
    return {.level = level, .squares = sums.squares(level, kStandardWeight)};
  }

  // Of the errors alone, without the prior.
  [[nodiscard]] double squares(double alpha, const ThetaStart& start) const {
    return products(alpha).squares(start.level, start.weight);
  }

  // Where the sum of squares is lowest: the lowest of even places, then golden sections around it.
  [[nodiscard]] double best_alpha() const {
    constexpr double kPlace = (kAlphaMax - kAlphaMin) / (kAlphaPlaces - 1);
    double best = kAlphaMin;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t place = 0; place < kAlphaPlaces; ++place) {
      const double alpha = kAlphaMin + kPlace * static_cast<double>(place);
      const double squares = start_for(alpha).squares;
      if (squares < least) {
        best = alpha;
        least = squares;
      }
    }
    return sectioned(
        {.lower = std::max(kAlphaMin, best - kPlace), .upper = std::min(kAlphaMax, best + kPlace)});
  }

 private:
  [[nodiscard]] ThetaProducts products(double alpha) const {
    ThetaProducts sums;
    double level = 0;
    double decay = 1;
    for (std::size_t t = 0; t < series_.values.size(); ++t) {
      const double value = series_.values[t];
      if (t >= kUnfittedErrors) {
        const double r = value - level;
        const double d =
            decay * lines_.intercepts[t] + slope_weight(alpha, decay) * lines_.slopes[t];
        sums.rr += r * r;
        sums.rp += r * decay;
        sums.rd += r * d;
        sums.pp += decay * decay;
        sums.pd += decay * d;
        sums.dd += d * d;
      }
      level += alpha * (value - level);
      decay *= 1 - alpha;
    }
    return sums;
  }

  [[nodiscard]] double sectioned(ThetaLimits limits) const {
    constexpr double kGolden = 0.6180339887498949;
    double left = limits.upper - kGolden * (limits.upper - limits.lower);
    double right = limits.lower + kGolden * (limits.upper - limits.lower);
    double at_left = start_for(left).squares;
    double at_right = start_for(right).squares;
    for (std::size_t section = 0; section < kAlphaSections; ++section) {
      if (at_left <= at_right) {
        limits.upper = std::exchange(right, left);
        at_right = at_left;
        left = limits.upper - kGolden * (limits.upper - limits.lower);
        at_left = start_for(left).squares;
      } else {
        limits.lower = std::exchange(left, right);
        at_left = at_right;
        right = limits.lower + kGolden * (limits.upper - limits.lower);
        at_right = start_for(right).squares;
      }
    }
    return at_left <= at_right ? left : right;
  }

  const ThetaSeries& series_;
  const ThetaLines& lines_;
  ThetaForm form_;
};

struct ThetaFit {
  ThetaModel start;
  double criterion;
};

// s^2 of the standard series. Two numbers of a line through all n values were not there when the
// first of them was forecast; learning them on the way, as dstm and dotm do, costs log n in
// n log s^2 for each.
double theta_criterion(double squares, std::size_t values, ThetaForm form) {
  const auto errors = static_cast<double>(values - kUnfittedErrors);
  const double variance = squares / (errors - static_cast<double>(fitted_numbers(form)));
  return has_moving_line(form) ? variance : variance * std::exp(2 * std::log(errors) / errors);
}

ThetaFit fitted_theta(const ThetaSeries& series, ThetaForm form) {
  const ThetaLines lines = theta_lines(series.values, form);
  const ThetaSearch search{series, lines, form};
  const double alpha = search.best_alpha();
  const ThetaStart start = search.start_for(alpha);
  ThetaModel model{.form = form, .alpha = alpha, .weight = start.weight, .origin = series.origin};
  model.initial_level = series.unit * start.level;
  model.line = {.mean = series.unit * lines.last.mean,
                .slope = series.unit * lines.last.slope,
                .n = lines.last.n};
  return {.start = started(model),
          .criterion = theta_criterion(search.squares(alpha, start), series.values.size(), form)};
}

std::span<const double> newest_for_theta(std::span<const double> values) {
  return values.last(std::min(values.size(), kIterativeValuesMax));
}

}  // namespace

ThetaModel best_theta(std::span<const double> values, std::span<const ThetaForm> forms,
                      std::size_t period) {
  const std::span<const double> used = newest_for_theta(values);
  Seasonality season = fit_naive2(used, period).season;
  const ThetaSeries series = theta_series(used, season);
  ThetaFit best = fitted_theta(series, forms.front());
  for (const ThetaForm form : forms.subspan(1)) {
    ThetaFit other = fitted_theta(series, form);
    if (other.criterion < best.criterion) {
      best = std::move(other);
    }
  }
  best.start.season = std::move(season);
  best.start.skipped = values.size() - used.size();
  return absorbed(std::move(best.start), used);
}

}  // namespace shelduck::forecast
