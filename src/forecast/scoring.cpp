#include "shelduck/forecast/scoring.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/conformal.hpp"

namespace shelduck::forecast {
namespace {

// log of n over k
double log_choose(std::size_t n, std::size_t k) {
  const auto gamma = [](std::size_t count) { return std::lgamma(static_cast<double>(count) + 1); };
  return gamma(n) - gamma(k) - gamma(n - k);
}

// P(X <= k) over P(X = k) for X binomial(n, p), 0 < p < 1: from k downwards, each term is the one
// above times a ratio that falls, so that the sum ends soon. Infinite where k lies far above n p.
double below_over_last(std::size_t k, std::size_t n, double p) {
  const double odds = (1 - p) / p;
  double sum = 1;
  double term = 1;
  for (std::size_t i = k; i > 0 && term > sum * 1e-17; --i) {
    term *= static_cast<double>(i) / static_cast<double>(n - i + 1) * odds;
    sum += term;
  }
  return sum;
}

// The p at which P(X <= k) = target; the probability falls with p. The last term is taken in logs,
// because p^n underflows.
double solve_below(std::size_t k, std::size_t n, double target) {
  const double ways = log_choose(n, k);
  double low = 0;
  double high = 1;
  for (int halving = 0; halving < 60; ++halving) {
    const double p = (low + high) / 2;
    const double log_last =
        ways + static_cast<double>(k) * std::log(p) + static_cast<double>(n - k) * std::log1p(-p);
    const double log_below = log_last + std::log(below_over_last(k, n, p));
    (log_below > std::log(target) ? low : high) = p;
  }
  return (low + high) / 2;
}

// Means over the pairs that have what is averaged.
class Mean {
 public:
  void add(double value) {
    sum_ += value;
    ++count_;
  }
  [[nodiscard]] std::optional<double> value() const {
    return count_ == 0 ? std::nullopt : std::optional{sum_ / static_cast<double>(count_)};
  }

 private:
  double sum_ = 0;
  std::size_t count_ = 0;
};

Scorecard with_intervals(Scorecard card, std::span<const ScoredForecast> pairs, double level) {
  const double tail = (1 - level) / 2;
  Mean width;
  Mean interval;
  Mean pinball;
  for (const ScoredForecast& pair : pairs) {
    if (!pair.lower || !pair.upper) {
      continue;
    }
    ++card.with_interval;
    card.covered += *pair.lower <= pair.actual && pair.actual <= *pair.upper ? 1U : 0U;
    width.add(*pair.upper - *pair.lower);
    interval.add(interval_score(level, *pair.lower, *pair.upper, pair.actual));
    pinball.add((pinball_loss(tail, *pair.lower, pair.actual) +
                 pinball_loss(0.5, pair.point, pair.actual) +
                 pinball_loss(1 - tail, *pair.upper, pair.actual)) /
                3);
  }
  card.mean_width = width.value();
  card.interval_score = interval.value();
  card.pinball_loss = pinball.value();
  if (card.with_interval > 0) {
    card.coverage = static_cast<double>(card.covered) / static_cast<double>(card.with_interval);
    const Band band = binomial_band(card.covered, card.with_interval);
    card.band_low = band.low;
    card.band_high = band.high;
  }
  return card;
}

Scorecard with_points(Scorecard card, std::span<const ScoredForecast> pairs) {
  Mean bias;
  Mean absolute;
  Mean absolute_log;
  for (const ScoredForecast& pair : pairs) {
    bias.add(pair.point - pair.actual);
    absolute.add(std::abs(pair.point - pair.actual));
    if (pair.point > 0 && pair.actual > 0) {
      absolute_log.add(std::abs(std::log(pair.point / pair.actual)));
    }
  }
  card.bias = bias.value();
  card.mean_absolute_error = absolute.value();
  card.mean_absolute_log_error = absolute_log.value();
  if (card.mean_absolute_error) {
    card.point_pinball = *card.mean_absolute_error / 2;
  }
  return card;
}

}  // namespace

Scorecard score(std::span<const ScoredForecast> pairs, double level) {
  check_level(level);
  const Scorecard counted{.forecasts = pairs.size()};
  return with_points(with_intervals(counted, pairs, level), pairs);
}

double pinball_loss(double quantile, double forecast, double actual) {
  const double difference = actual - forecast;
  return std::max(quantile * difference, (quantile - 1) * difference);
}

double interval_score(double level, double lower, double upper, double actual) {
  const double outside = std::max(0.0, lower - actual) + std::max(0.0, actual - upper);
  return upper - lower + 2 / (1 - level) * outside;
}

Band binomial_band(std::size_t covered, std::size_t n, double confidence) {
  check_level(confidence);
  if (covered > n || n == 0) {
    throw Error{ErrorKind::invalid_input,
                "a binomial band needs at least one trial and no more hits than trials",
                {.field = "covered",
                 .value = std::to_string(covered) + " of " + std::to_string(n),
                 .rule = "0 <= covered <= n, n > 0"}};
  }
  const double tail = (1 - confidence) / 2;
  return {.low = covered == 0 ? 0.0 : solve_below(covered - 1, n, 1 - tail),
          .high = covered == n ? 1.0 : solve_below(covered, n, tail)};
}

}  // namespace shelduck::forecast
