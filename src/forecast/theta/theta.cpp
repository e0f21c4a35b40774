#include "shelduck/forecast/theta/theta.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "shelduck/forecast/theta/theta_search.hpp"

namespace shelduck::forecast {
namespace {

// What the states give to the next value: level + mean (mean of the line) + slope (its slope).
struct ThetaGains {
  double mean;
  double slope;
};

ThetaGains gains_of(const ThetaModel& model) {
  const double mean = model.weight * model.decay;
  const double slope = model.weight * slope_weight(model.alpha, model.decay);
  return {.mean = mean, .slope = slope - mean * (static_cast<double>(model.line.n) + 1) / 2};
}

// Relative to the origin.
double adjusted_next(const ThetaModel& model, const ThetaGains& gains) {
  return model.level + gains.mean * model.line.mean + gains.slope * model.line.slope;
}

double adjusted_next(const ThetaModel& model) { return adjusted_next(model, gains_of(model)); }

void advance_theta(ThetaModel& model, double adjusted) {
  model.level += model.alpha * (adjusted - model.level);
  model.decay *= 1 - model.alpha;
  if (has_moving_line(model.form)) {
    model.line.absorb(adjusted);
  }
  ++model.n;
}

// Variance of the forecasts of later steps in units of that of one error: the covariance of level
// (l), mean (m) and slope (b) goes along the recursion, x' = D x + k (f + e).
class ThetaVariance {
 public:
  [[nodiscard]] double next(const ThetaGains& gains) const {
    const Effects of_point = with_point(gains);
    return 1 + of_point.level + gains.mean * of_point.mean + gains.slope * of_point.slope;
  }

  // `model` and `gains` are those before the step.
  void advance(const ThetaModel& model, const ThetaGains& gains) {
    if (!has_moving_line(model.form)) {
      ll_ += model.alpha * model.alpha;
      return;
    }
    const double t = static_cast<double>(model.n + 1);
    const Effects k{.level = model.alpha, .mean = 1 / t, .slope = 6 / (t * (t + 1))};
    const double keep = (t - 2) / (t + 1);  // D's diagonal is 1 - alpha, 1 - 1 / t, keep
    const double whole = next(gains);
    const Effects of_point = with_point(gains);
    // D P c, each with half of the variance of f + e for its product with k.
    const Effects u{.level = (1 - k.level) * of_point.level + k.level * whole / 2,
                    .mean = (1 - k.mean) * of_point.mean + k.mean * whole / 2,
                    .slope = keep * of_point.slope - k.slope * of_point.mean + k.slope * whole / 2};
    const double lb = keep * lb_ - k.slope * lm_;
    const double mb = keep * mb_ - k.slope * mm_;
    bb_ = keep * (keep * bb_ - k.slope * mb_) - k.slope * mb + 2 * u.slope * k.slope;
    lb_ = (1 - k.level) * lb + u.level * k.slope + u.slope * k.level;
    mb_ = (1 - k.mean) * mb + u.mean * k.slope + u.slope * k.mean;
    ll_ = (1 - k.level) * (1 - k.level) * ll_ + 2 * u.level * k.level;
    lm_ = (1 - k.level) * (1 - k.mean) * lm_ + u.level * k.mean + u.mean * k.level;
    mm_ = (1 - k.mean) * (1 - k.mean) * mm_ + 2 * u.mean * k.mean;
  }

 private:
  struct Effects {
    double level;
    double mean;
    double slope;
  };

  // Covariance of the states with the next forecast.
  [[nodiscard]] Effects with_point(const ThetaGains& gains) const {
    return {.level = ll_ + gains.mean * lm_ + gains.slope * lb_,
            .mean = lm_ + gains.mean * mm_ + gains.slope * mb_,
            .slope = lb_ + gains.mean * mb_ + gains.slope * bb_};
  }

  double ll_ = 0;
  double lm_ = 0;
  double lb_ = 0;
  double mm_ = 0;
  double mb_ = 0;
  double bb_ = 0;
};

}  // namespace

void ThetaLine::absorb(double value) {
  ++n;
  const double t = static_cast<double>(n);
  const double before = value - mean;
  if (n > 1) {
    slope = ((t - 2) * slope + 6 / t * before) / (t + 1);
  }
  mean += before / t;
}

double ThetaModel::next() const { return season.restore(origin + adjusted_next(*this), n); }

void ThetaModel::absorb(double value) {
  const double adjusted = season.remove(value, n) - origin;
  if (n >= kUnfittedErrors) {
    errors.add(adjusted - adjusted_next(*this));
  }
  advance_theta(*this, adjusted);
}

std::size_t values_needed(ThetaForm form) noexcept {
  return kUnfittedErrors + fitted_numbers(form) + 1;
}

ThetaModel fit_theta(std::span<const double> values, ThetaForm form, std::size_t period) {
  check_length("theta", values.size(), values_needed(form));
  return best_theta(values, std::array{form}, period);
}

ThetaModel fit_theta(std::span<const double> values, std::size_t period) {
  check_length("theta", values.size(), values_needed(ThetaForm::stm));
  if (values.size() < values_needed(ThetaForm::otm)) {
    return best_theta(values, std::array{ThetaForm::stm, ThetaForm::dstm}, period);
  }
  return best_theta(
      values, std::array{ThetaForm::stm, ThetaForm::otm, ThetaForm::dstm, ThetaForm::dotm}, period);
}

ThetaModel started(const ThetaModel& model) {
  ThetaModel start = model;
  start.level = model.initial_level;
  start.decay = 1;
  start.n = 0;
  start.errors = {};
  if (has_moving_line(model.form)) {
    start.line = {};
  }
  return start;
}

std::size_t fitted(const ThetaModel& model) {
  const std::size_t line = has_moving_line(model.form) ? 0 : 2;
  const std::size_t indices = model.season.indices.empty() ? 0 : model.season.indices.size() - 1;
  return fitted_numbers(model.form) + line + indices;
}

Path forecast(const ThetaModel& model, std::size_t horizon) {
  Path path = flat_path(0, model.errors.deviation(fitted_numbers(model.form)), horizon);
  const bool multiplicative = model.season.form == SeasonalForm::multiplicative;
  ThetaModel ahead = model;
  ThetaVariance variance;
  for (std::size_t h = 0; h < horizon; ++h) {
    const ThetaGains gains = gains_of(ahead);
    const double point = adjusted_next(ahead, gains);
    const double index = model.season.index(ahead.n);
    const double adjusted = model.origin + point;
    path.points[h] = multiplicative ? adjusted * index : adjusted + index;
    if (!path.deviations.empty()) {
      path.deviations[h] *= std::sqrt(variance.next(gains)) * (multiplicative ? index : 1);
    }
    variance.advance(ahead, gains);
    advance_theta(ahead, point);
  }
  return path;
}

OneStep one_step(const ThetaModel& model, std::span<const double> values) {
  return errors_since_start(model, values, kUnfittedErrors);
}

}  // namespace shelduck::forecast
