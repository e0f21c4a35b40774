#include "shelduck/forecast/optimise/nelder_mead.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

void check_box(std::span<const double> start, const Box& box) {
  const auto refuse = [](const std::string& field, double value, const std::string& rule) {
    throw Error{ErrorKind::invalid_input,
                "the minimum cannot be searched: " + field + " is " + std::to_string(value) +
                    ", but must be " + rule,
                {.field = field, .value = std::to_string(value), .rule = rule}};
  };
  const std::size_t dimension = start.size();
  if (dimension == 0 || box.lower.size() != dimension || box.upper.size() != dimension) {
    refuse("dimension", static_cast<double>(dimension), "above 0, and that of both box corners");
  }
  for (std::size_t i = 0; i < dimension; ++i) {
    const std::string index = "[" + std::to_string(i) + "]";
    if (!std::isfinite(box.upper[i] - box.lower[i]) || box.upper[i] < box.lower[i]) {
      refuse("upper" + index, box.upper[i], "finite and not below the lower corner");
    }
    if (!(box.lower[i] <= start[i] && start[i] <= box.upper[i])) {
      refuse("start" + index, start[i], "within the box");
    }
  }
}

// Works on angles: a coordinate is lower + width (1 + sin angle) / 2.
class Simplex {
 public:
  Simplex(const Objective& objective, const Box& box, const NelderMeadOptions& options)
      : objective_(objective),
        box_(box),
        options_(options),
        dimension_(box.lower.size()),
        points_(dimension_ * (dimension_ + 1)),
        values_(dimension_ + 1),
        centroid_(dimension_),
        trial_(dimension_),
        reflected_(dimension_),
        at_(dimension_) {}

  // A corner at `start` and one more a step away in each direction.
  void place(std::span<const double> start) {
    const double step = options_.step * std::numbers::pi;
    for (std::size_t corner = 0; corner <= dimension_; ++corner) {
      for (std::size_t i = 0; i < dimension_; ++i) {
        trial_[i] = angle_of(start[i], i) + (corner == i + 1 ? step : 0);
      }
      adopt(corner, trial_, evaluate());
    }
    rank();
  }

  void search() {
    while (!converged() && !exhausted()) {
      advance();
      rank();
    }
  }

  [[nodiscard]] bool exhausted() const { return evaluations_ >= options_.evaluations_max; }
  [[nodiscard]] double best_value() const { return values_[best_]; }
  // Within the box.
  [[nodiscard]] std::vector<double> best_point() const {
    std::vector<double> best(dimension_);
    for (std::size_t i = 0; i < dimension_; ++i) {
      best[i] = place_of(points_[best_ * dimension_ + i], i);
    }
    return best;
  }
  [[nodiscard]] std::size_t evaluations() const { return evaluations_; }

  [[nodiscard]] bool converged() const {
    const bool flat =
        values_[worst_] - values_[best_] <= options_.value_tolerance * std::abs(values_[best_]);
    return is_within(flat ? std::max(kFlatSize, options_.point_tolerance)
                          : options_.point_tolerance);
  }

 private:
  [[nodiscard]] std::span<double> point(std::size_t corner) {
    return std::span{points_}.subspan(corner * dimension_, dimension_);
  }

  [[nodiscard]] double width(std::size_t i) const { return box_.upper[i] - box_.lower[i]; }

  [[nodiscard]] double angle_of(double place, std::size_t i) const {
    const double share = width(i) > 0 ? (place - box_.lower[i]) / width(i) : 0.5;
    return std::asin(std::clamp(2 * share - 1, -1.0, 1.0));
  }

  [[nodiscard]] double place_of(double angle, std::size_t i) const {
    const double place = box_.lower[i] + width(i) * (0.5 + 0.5 * std::sin(angle));
    return std::clamp(place, box_.lower[i], box_.upper[i]);
  }

  [[nodiscard]] bool is_within(double widths) const {
    const double limit = widths * std::numbers::pi;
    for (std::size_t entry = 0; entry < points_.size(); ++entry) {
      const double best = points_[best_ * dimension_ + entry % dimension_];
      if (std::abs(points_[entry] - best) > limit) {
        return false;
      }
    }
    return true;
  }

  double evaluate() {
    ++evaluations_;
    for (std::size_t i = 0; i < dimension_; ++i) {
      at_[i] = place_of(trial_[i], i);
    }
    const double value = objective_(at_);
    return std::isnan(value) ? std::numeric_limits<double>::infinity() : value;
  }

  void adopt(std::size_t corner, std::span<const double> at, double value) {
    std::copy(at.begin(), at.end(), point(corner).begin());
    values_[corner] = value;
  }

  // Which corners are best, worst and next to the worst; of equal ones the first is better.
  void rank() {
    best_ = 0;
    worst_ = 0;
    for (std::size_t corner = 1; corner <= dimension_; ++corner) {
      best_ = values_[corner] < values_[best_] ? corner : best_;
      worst_ = values_[corner] >= values_[worst_] ? corner : worst_;
    }
    second_value_ = values_[best_];
    for (std::size_t corner = 0; corner <= dimension_; ++corner) {
      if (corner != worst_) {
        second_value_ = std::max(second_value_, values_[corner]);
      }
    }
  }

  void find_centroid() {
    std::fill(centroid_.begin(), centroid_.end(), 0.0);
    for (std::size_t corner = 0; corner <= dimension_; ++corner) {
      for (std::size_t i = 0; corner != worst_ && i < dimension_; ++i) {
        centroid_[i] += point(corner)[i] / static_cast<double>(dimension_);
      }
    }
  }

  // The point `along` times as far from the centroid as the worst corner; < 0 is the other side.
  double try_at(double along) {
    for (std::size_t i = 0; i < dimension_; ++i) {
      trial_[i] = centroid_[i] + along * (point(worst_)[i] - centroid_[i]);
    }
    return evaluate();
  }

  void advance() {
    find_centroid();
    const double reflected = try_at(-1);
    reflected_ = trial_;
    if (reflected < values_[best_]) {
      const double expanded = try_at(-2);
      const bool further = expanded < reflected;
      adopt(worst_, further ? trial_ : reflected_, further ? expanded : reflected);
    } else if (reflected < second_value_) {
      adopt(worst_, reflected_, reflected);
    } else {
      contract(reflected);
    }
  }

  void contract(double reflected) {
    const double limit = std::min(reflected, values_[worst_]);
    const double contracted = try_at(reflected < values_[worst_] ? -0.5 : 0.5);
    if (contracted < limit) {
      adopt(worst_, trial_, contracted);
    } else {
      shrink();
    }
  }

  void shrink() {
    for (std::size_t corner = 0; corner <= dimension_; ++corner) {
      if (corner == best_) {
        continue;
      }
      for (std::size_t i = 0; i < dimension_; ++i) {
        trial_[i] = point(best_)[i] + (point(corner)[i] - point(best_)[i]) / 2;
      }
      adopt(corner, trial_, evaluate());
    }
  }

  const Objective& objective_;
  const Box& box_;
  const NelderMeadOptions& options_;
  std::size_t dimension_;
  std::vector<double> points_;  // corner after corner, as angles
  std::vector<double> values_;
  std::vector<double> centroid_;
  std::vector<double> trial_;
  std::vector<double> reflected_;
  std::vector<double> at_;  // trial_ within the box
  std::size_t best_ = 0;
  std::size_t worst_ = 0;
  double second_value_ = 0;
  std::size_t evaluations_ = 0;
};

}  // namespace

Minimum minimise(const Objective& objective, std::span<const double> start, const Box& box,
                 const NelderMeadOptions& options) {
  check_box(start, box);
  Simplex simplex{objective, box, options};
  std::vector<double> best{start.begin(), start.end()};
  double before = std::numeric_limits<double>::infinity();
  for (std::size_t round = 0; round <= options.restarts && !simplex.exhausted(); ++round) {
    simplex.place(best);
    simplex.search();
    best = simplex.best_point();
    const double gain = before - simplex.best_value();
    if (gain <= options.restart_gain * std::abs(simplex.best_value())) {
      break;
    }
    before = simplex.best_value();
  }
  return {.at = best,
          .value = simplex.best_value(),
          .evaluations = simplex.evaluations(),
          .converged = simplex.converged()};
}

}  // namespace shelduck::forecast
