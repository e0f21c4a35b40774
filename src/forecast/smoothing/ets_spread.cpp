#include "shelduck/forecast/smoothing/ets_spread.hpp"

#include <algorithm>
#include <cmath>

namespace shelduck::forecast {
namespace {

constexpr double kVarianceMax = kSpreadMax * kSpreadMax;

// What is beyond all measure, and what comes of such (NaN), is as large as can be.
double bounded_variance(double variance) {
  return variance < kVarianceMax ? std::max(variance, -kVarianceMax) : kVarianceMax;
}

double bounded_mean(double mean) { return std::clamp(mean, -kSpreadMax, kSpreadMax); }

double deviation_from(double variance) {
  return std::sqrt(std::max(bounded_variance(variance), 0.0));
}

}  // namespace

EtsSpread::EtsSpread(const EtsShocks& shocks, const EtsState& state)
    : shocks_(shocks),
      variance_(bounded_variance(shocks.deviation * shocks.deviation)),
      phase_(state.phase),
      base_{.level = state.level, .slope = state.slope},
      season_(state.season) {
  if (shocks.form.season == EtsSeason::multiplicative) {
    for (std::size_t phase = 0; phase < shocks.period; ++phase) {
      const double index = state.season[phase];
      ratios_[phase] = {.level = state.level * index, .slope = state.slope * index};
    }
  }
}

double EtsSpread::next() {
  if (shocks_.form.season == EtsSeason::multiplicative) {
    return next_of_ratios();
  }
  const double phi = shocks_.weights.phi;
  const double mean = base_.level + phi * base_.slope + season_[phase_];
  double spread = variance_of_base(base_);
  if (shocks_.form.season == EtsSeason::additive) {
    const double shared = level_season_[phase_] + phi * slope_season_[phase_];
    spread += 2 * shared + season_season_[phase_];
  }
  const bool relative = shocks_.form.error == EtsError::multiplicative;
  const double shock =
      relative ? bounded_variance(variance_ * bounded_variance(mean * mean + spread)) : variance_;
  base_ = carried(base_, shock);
  if (shocks_.form.season == EtsSeason::additive) {
    carry_season(shock);
    turn();
  }
  return deviation_from(spread + shock);
}

double EtsSpread::next_of_ratios() {
  const Moments& now = ratios_[phase_];
  const double mean = now.level + shocks_.weights.phi * now.slope;
  const double spread = variance_of_base(now);
  const double deviation =
      deviation_from(spread + variance_ * bounded_variance(mean * mean + spread));
  for (std::size_t phase = 0; phase < shocks_.period; ++phase) {
    Moments& moments = ratios_[phase];
    if (phase == phase_) {
      moments = carried_with_index(moments);
    } else {
      const double base = moments.level + shocks_.weights.phi * moments.slope;
      const double square = bounded_variance(base * base + variance_of_base(moments));
      moments = carried(moments, bounded_variance(variance_ * square));
    }
  }
  turn();
  return deviation;
}

double EtsSpread::variance_of_base(const Moments& moments) const {
  const double phi = shocks_.weights.phi;
  return moments.level_level + 2 * phi * moments.level_slope + phi * phi * moments.slope_slope;
}

// F V F' + g g' shock.
EtsSpread::Moments EtsSpread::carried(const Moments& before, double shock) const {
  const EtsWeights& w = shocks_.weights;
  const double shared = w.phi * (before.level_slope + w.phi * before.slope_slope);
  return {.level = bounded_mean(before.level + w.phi * before.slope),
          .slope = w.phi * before.slope,
          .level_level = bounded_variance(variance_of_base(before) + w.alpha * w.alpha * shock),
          .level_slope = bounded_variance(shared + w.alpha * w.beta * shock),
          .slope_slope =
              bounded_variance(w.phi * w.phi * before.slope_slope + w.beta * w.beta * shock)};
}

// The step on which the index itself moves: (F + g w'e) x (1 + gamma e) c. With A the mean of
// x x' c^2, m that of x c, and the moments 0, s^2, 0 and 3 s^4 of e:
//   mean  F m + gamma s^2 g w'm
//   V'    F V F' + gamma^2 s^2 F A F' + gamma s^2 (F (V + A) w g' + its transpose)
//         + ((s^2 + 3 gamma^2 s^4) w'A w - gamma^2 s^4 (w'm)^2) g g'
EtsSpread::Moments EtsSpread::carried_with_index(const Moments& before) const {
  const EtsWeights& w = shocks_.weights;
  const double tied = w.gamma * variance_;
  const double base = before.level + w.phi * before.slope;
  const double damped = w.phi * before.slope;
  const double spread = variance_of_base(before);
  const double square = bounded_variance(base * base + spread);
  const double shared = w.phi * (before.level_slope + w.phi * before.slope_slope);
  const double level_pull = spread + square;
  const double slope_pull = 2 * shared + damped * base;
  const double shock =
      bounded_variance((variance_ + 3 * tied * tied) * square - tied * tied * base * base);
  Moments after = carried(before, shock);
  after.level = bounded_mean(after.level + tied * w.alpha * base);
  after.slope = bounded_mean(after.slope + tied * w.beta * base);
  const double growth = w.gamma * tied;
  after.level_level =
      bounded_variance(after.level_level + growth * square + 2 * tied * w.alpha * level_pull);
  after.level_slope = bounded_variance(after.level_slope + growth * (shared + damped * base) +
                                       tied * (w.beta * level_pull + w.alpha * slope_pull));
  after.slope_slope = bounded_variance(
      after.slope_slope + growth * (w.phi * w.phi * before.slope_slope + damped * damped) +
      2 * tied * w.beta * slope_pull);
  return after;
}

void EtsSpread::carry_season(double shock) {
  const EtsWeights& w = shocks_.weights;
  for (std::size_t phase = 0; phase < shocks_.period; ++phase) {
    slope_season_[phase] *= w.phi;
    level_season_[phase] += slope_season_[phase];
  }
  level_season_[phase_] += w.alpha * w.gamma * shock;
  slope_season_[phase_] += w.beta * w.gamma * shock;
  season_season_[phase_] += w.gamma * w.gamma * shock;
}

void EtsSpread::turn() { phase_ = phase_ + 1 == shocks_.period ? 0 : phase_ + 1; }

}  // namespace shelduck::forecast
