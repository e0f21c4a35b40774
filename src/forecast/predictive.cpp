#include "shelduck/forecast/predictive.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "shelduck/forecast/baselines/median.hpp"
#include "shelduck/forecast/conformal.hpp"

namespace shelduck::forecast {
namespace {

// Neighbouring radii are held this share of their mean distance apart, so that equal scores do not
// make the distribution jump.
constexpr double kSpacing = 0.1;
// Least mean excess of the tail: a score of two percent on a log scale, two percent of the centre
// on an identity one.
constexpr double kTailFloor = 0.02;

double clip(double value, Sign sign) {
  return sign == Sign::non_negative ? std::max(0.0, value) : value;
}

// The newest scores, because runs drift: kScoresKept, or twice what the level needs.
std::span<const double> recent(std::span<const double> scores, double level) {
  const std::size_t kept = std::max(kScoresKept, 2 * scores_needed(level));
  return scores.last(std::min(scores.size(), kept));
}

// The radius for a working level: where that level would need more scores than there are, although
// the nominal one does not, the largest score is what the data can give.
std::optional<double> radius_of(std::span<const double> scores, const IntervalOptions& options) {
  const auto nominal = conformal_radius(scores, options.level);
  if (!nominal || !options.working_level) {
    return nominal;
  }
  const auto working = conformal_radius(scores, *options.working_level);
  if (working) {
    return working;
  }
  double largest = 0;
  for (const double score : scores) {
    largest = std::max(largest, std::abs(score));
  }
  return largest;
}

// Scores come with the second observation, except for the few values that are scored by
// leave-one-out.
std::size_t observations_needed(const Predictive& predictive, double level) {
  const std::size_t need = scores_needed(level);
  const std::size_t unscored = predictive.n - std::min(predictive.n, predictive.scores.size());
  return unscored == 0 && need >= kLeaveOneOutBelow ? need + 1 : need + unscored;
}

}  // namespace

double point_of(const Predictive& predictive, Sign sign) {
  return clip(predictive.response.from_scale(predictive.next.centre), sign);
}

Forecast interval(const Predictive& predictive, const IntervalOptions& options) {
  check_level(options.level);
  Forecast forecast{.point = point_of(predictive, options.sign),
                    .level = options.level,
                    .n = predictive.n,
                    .model = predictive.model};
  const auto radius = radius_of(recent(predictive.scores, options.level), options);
  if (!radius) {
    forecast.interval_need = observations_needed(predictive, options.level);
    return forecast;
  }
  const double reach = *radius * predictive.next.spread;
  const Response& response = predictive.response;
  const double lower = response.from_scale(predictive.next.centre - reach);
  const double upper = response.from_scale(predictive.next.centre + reach);
  forecast.lower = std::min(clip(lower, options.sign), forecast.point);
  forecast.upper = std::max(clip(upper, options.sign), forecast.point);
  return forecast;
}

Distribution::Distribution(const Predictive& predictive)
    : response_(predictive.response), next_(predictive.next) {
  const std::span<const double> all{predictive.scores};
  const auto scores = all.last(std::min(all.size(), kScoresKept));
  radii_.reserve(scores.size() + 1);
  radii_.push_back(0);
  for (const double score : scores) {
    radii_.push_back(std::abs(score));
  }
  std::sort(radii_.begin(), radii_.end());
  const double natural =
      response_.kind == ResponseKind::log ? 1.0 : std::abs(next_.centre) / next_.spread;
  const double floor = std::max(kTailFloor * natural, 1e-12);
  const double n = static_cast<double>(radii_.size() - 1);
  tail_ = n > 0 ? std::max(floor, radii_.back() / std::log(n + 1)) : floor;
  const double spacing = kSpacing * std::max(floor, radii_.back()) / std::max(1.0, n);
  for (std::size_t k = 1; k < radii_.size(); ++k) {
    radii_[k] = std::max(radii_[k], radii_[k - 1] + spacing);
  }
}

double Distribution::radius(double beyond) const {
  const double slots = static_cast<double>(radii_.size());  // n + 1
  if (beyond * slots <= 1) {
    return radii_.back() - tail_ * std::log(slots * beyond);
  }
  const double position = slots * (1 - beyond);
  const auto below = std::min(static_cast<std::size_t>(position), radii_.size() - 2);
  const double share = position - static_cast<double>(below);
  return radii_[below] + share * (radii_[below + 1] - radii_[below]);
}

double Distribution::beyond(double radius) const {
  const double slots = static_cast<double>(radii_.size());
  if (radius >= radii_.back()) {
    return std::exp(-(radius - radii_.back()) / tail_) / slots;
  }
  const auto above = std::upper_bound(radii_.begin(), radii_.end(), radius);
  const auto below = static_cast<std::size_t>(above - radii_.begin()) - 1;
  const double share = (radius - radii_[below]) / (radii_[below + 1] - radii_[below]);
  return 1 - (static_cast<double>(below) + share) / slots;
}

double Distribution::score_of(double y) const {
  if (response_.kind == ResponseKind::log && y + response_.offset <= 0) {
    return -std::numeric_limits<double>::infinity();
  }
  if (is_squeezed(y)) {
    const double half = next_.centre / 2;
    return y <= 0 ? -std::numeric_limits<double>::infinity()
                  : -(half + half * std::log(half / y)) / next_.spread;
  }
  return (response_.to_scale(y) - next_.centre) / next_.spread;
}

double Distribution::at_score(double score) const {
  const double value = response_.from_scale(next_.centre + next_.spread * score);
  if (!is_squeezed(value)) return value;
  const double half = next_.centre / 2;
  return half * std::exp((next_.spread * score + half) / half);
}

bool Distribution::is_squeezed(double y) const {
  return response_.kind == ResponseKind::identity && next_.centre > 0 && y < next_.centre / 2;
}

double Distribution::quantile_by_rest(double above) const {
  return above < 0.5 ? at_score(radius(2 * above)) : at_score(-radius(2 * (1 - above)));
}

double Distribution::quantile(double p) const {
  return p < 0.5 ? at_score(-radius(2 * p)) : quantile_by_rest(1 - p);
}

double Distribution::probability_above(double y) const {
  const double score = score_of(y);
  const double outside = beyond(std::abs(score)) / 2;
  return score < 0 ? 1 - outside : outside;
}

double Distribution::quantile_above(double y, double p) const {
  const double score = score_of(y);
  // The exponential tail has no memory, so no probability needs to be small here.
  const double rest = score >= radii_.back() ? at_score(score - tail_ * std::log1p(-p))
                                             : quantile_by_rest(probability_above(y) * (1 - p));
  return std::max(y, rest);
}

double Distribution::largest_supported() const { return at_score(radii_.back()); }

std::vector<double> equally_likely(const Predictive& predictive, std::size_t count) {
  const Distribution distribution{predictive};
  std::vector<double> values;
  values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double p = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    values.push_back(std::max(0.0, distribution.quantile(p)));
  }
  return values;
}

}  // namespace shelduck::forecast
