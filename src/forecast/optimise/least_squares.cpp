#include "shelduck/forecast/optimise/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

// A pivot that elimination has shrunk below this share of its diagonal entry is rounding alone:
// the data do not tell that unknown, and it stays.
constexpr double kUntold = 1e-9;
// So many times what the linearised sum says that a step gains, a search still gains.
constexpr double kPromises = 10;
constexpr double kDampingMin = 1e-8;
constexpr double kDampingMax = 1e12;

using Unknowns = std::array<double, kUnknownsMax>;

void check_unknowns(std::size_t unknowns, const Walls& walls) {
  const auto refuse = [](const std::string& field, double value, const std::string& rule) {
    throw Error{ErrorKind::invalid_input,
                "the squares cannot be minimised: " + field + " is " + std::to_string(value) +
                    ", but must be " + rule,
                {.field = field, .value = std::to_string(value), .rule = rule}};
  };
  if (unknowns == 0 || unknowns > kUnknownsMax) {
    refuse("unknowns", static_cast<double>(unknowns), "from 1 to " + std::to_string(kUnknownsMax));
  }
  if (walls.lower.size() != walls.upper.size() || walls.lower.size() > unknowns) {
    refuse("walls", static_cast<double>(walls.lower.size()), "in pairs, at most one an unknown");
  }
  for (std::size_t i = 0; i < walls.lower.size(); ++i) {
    if (!(walls.lower[i] <= walls.upper[i])) {
      refuse("upper[" + std::to_string(i) + "]", walls.upper[i], "not below the lower wall");
    }
  }
}

class Descent {
 public:
  Descent(SquaresProblem& problem, std::span<const double> start, const Walls& walls,
          const LeastSquaresOptions& options)
      : problem_(problem),
        walls_(walls),
        options_(options),
        unknowns_(start.size()),
        damping_(options.damping) {
    std::copy(start.begin(), start.end(), best_.at.begin());
    for (std::size_t i = 0; i < walls_.lower.size(); ++i) {
      best_.at[i] = std::clamp(best_.at[i], walls_.lower[i], walls_.upper[i]);
    }
    best_.squares = problem_.squares(std::span{best_.at}.first(unknowns_));
  }

  SquaresMinimum run() {
    while (std::isfinite(best_.squares) && !best_.converged && best_.steps < options_.steps_max) {
      stop_if_asked(options_.check);
      ++best_.steps;
      equations_ = &problem_.linearise(std::span{best_.at}.first(unknowns_));
      descend();
    }
    return best_;
  }

 private:
  [[nodiscard]] double entry(std::size_t row, std::size_t column) const {
    return equations_->matrix[std::max(row, column) * kUnknownsMax + std::min(row, column)];
  }

  // Takes one step that lowers the sum, or finds that there is none.
  void descend() {
    for (double worse = 2; !best_.converged; worse *= 2) {
      find_step();
      const double expected = expected_gain();
      if (!(expected > 0) || damping_ > kDampingMax || best_.squares <= options_.enough ||
          is_of_no_use(expected)) {
        best_.converged = true;
        return;
      }
      for (std::size_t i = 0; i < unknowns_; ++i) {
        trial_[i] = best_.at[i] + step_[i];
      }
      keep_trial_within();
      const double squares = problem_.squares(std::span{trial_}.first(unknowns_));
      if (squares < best_.squares) {
        accept(squares, expected);
        return;
      }
      best_.converged = expected <= options_.gain * best_.squares;
      damping_ *= worse;
    }
  }

  void accept(double squares, double expected) {
    const double gain = best_.squares - squares;
    const double surprise = 2 * gain / expected - 1;
    damping_ *= std::max(1.0 / 3, 1 - surprise * surprise * surprise);
    damping_ = std::max(damping_, kDampingMin);
    best_.at = trial_;
    best_.squares = squares;
    best_.converged = gain <= options_.gain * squares && expected <= 10 * options_.gain * squares;
  }

  // at + (wall - at) may miss the wall by a rounding.
  void keep_trial_within() {
    for (std::size_t i = 0; i < walls_.lower.size(); ++i) {
      trial_[i] = std::clamp(trial_[i], walls_.lower[i], walls_.upper[i]);
    }
  }

  // Whether many times what the equations promise is too little. They promise little where the
  // damping is strong, and then say nothing.
  [[nodiscard]] bool is_of_no_use(double expected) const {
    return damping_ <= options_.damping && best_.squares - kPromises * expected > options_.worth;
  }

  // Of the linearised sum.
  [[nodiscard]] double expected_gain() const {
    double gain = 0;
    for (std::size_t i = 0; i < unknowns_; ++i) {
      double product = 0;
      for (std::size_t k = 0; k < unknowns_; ++k) {
        product += entry(i, k) * step_[k];
      }
      gain -= step_[i] * (2 * equations_->gradient[i] + product);
    }
    return gain;
  }

  void find_step() {
    step_.fill(0);
    free_count_ = 0;
    for (std::size_t i = 0; i < unknowns_; ++i) {
      if (!is_pressed(i)) {
        free_[free_count_++] = i;
      }
    }
    solve();
    while (stopped_at_wall()) {
      solve();
    }
  }

  // At a wall, and the sum falls beyond it.
  [[nodiscard]] bool is_pressed(std::size_t i) const {
    if (i >= walls_.lower.size()) {
      return false;
    }
    const double downhill = -equations_->gradient[i];
    return (best_.at[i] <= walls_.lower[i] && downhill < 0) ||
           (best_.at[i] >= walls_.upper[i] && downhill > 0);
  }

  // Whether the step of a free unknown crossed its wall; it then ends there and is free no more.
  bool stopped_at_wall() {
    const std::size_t before = free_count_;
    free_count_ = 0;
    for (std::size_t a = 0; a < before; ++a) {
      const std::size_t i = free_[a];
      if (i < walls_.lower.size()) {
        const double room_below = walls_.lower[i] - best_.at[i];
        const double room_above = walls_.upper[i] - best_.at[i];
        const double within = std::clamp(step_[i], room_below, room_above);
        if (within != step_[i]) {
          step_[i] = within;
          continue;
        }
      }
      free_[free_count_++] = i;
    }
    return free_count_ != before;
  }

  // The steps of the free unknowns, given those of the others.
  void solve() {
    for (std::size_t a = 0; a < free_count_; ++a) {
      step_[free_[a]] = 0;
    }
    for (std::size_t a = 0; a < free_count_; ++a) {
      const std::size_t i = free_[a];
      right_[a] = -equations_->gradient[i];
      for (std::size_t k = 0; k < walls_.lower.size(); ++k) {
        right_[a] -= entry(i, k) * step_[k];
      }
      eliminate(a);
    }
    for (std::size_t a = free_count_; a-- > 0;) {
      double rest = right_[a];
      for (std::size_t b = a + 1; b < free_count_; ++b) {
        rest -= factor_[b * kUnknownsMax + a] * step_[free_[b]];
      }
      step_[free_[a]] = rest * inverse_[a];
    }
  }

  // Row a of the Cholesky factor, and forward substitution.
  void eliminate(std::size_t a) {
    double* row = &factor_[a * kUnknownsMax];
    const std::size_t i = free_[a];
    for (std::size_t b = 0; b < a; ++b) {
      const double* above = &factor_[b * kUnknownsMax];
      double rest = entry(i, free_[b]);
      for (std::size_t k = 0; k < b; ++k) {
        rest -= row[k] * above[k];
      }
      row[b] = rest * inverse_[b];
    }
    const double diagonal = entry(i, i) * (1 + damping_);
    double pivot = diagonal;
    for (std::size_t k = 0; k < a; ++k) {
      pivot -= row[k] * row[k];
      right_[a] -= row[k] * right_[k];
    }
    inverse_[a] = pivot > kUntold * diagonal ? 1 / std::sqrt(pivot) : 0;
    right_[a] *= inverse_[a];
  }

  SquaresProblem& problem_;
  const Walls& walls_;
  const LeastSquaresOptions& options_;
  std::size_t unknowns_;
  double damping_;
  SquaresMinimum best_{};
  const NormalEquations* equations_ = nullptr;
  Unknowns trial_{};
  Unknowns step_{};
  Unknowns right_{};
  Unknowns inverse_{};  // of the factor's diagonal; 0 for what the data do not tell
  std::array<std::size_t, kUnknownsMax> free_{};
  std::size_t free_count_ = 0;
  std::array<double, kUnknownsMax * kUnknownsMax> factor_;  // written before it is read
};

}  // namespace

SquaresMinimum minimise_squares(SquaresProblem& problem, std::span<const double> start,
                                const Walls& walls, const LeastSquaresOptions& options) {
  check_unknowns(start.size(), walls);
  return Descent{problem, start, walls, options}.run();
}

}  // namespace shelduck::forecast
