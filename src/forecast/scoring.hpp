// Scores of forecasts whose truth has come: are the intervals as sure as they say, how wide are
// they, and is the point off to one side?
//
//   const Scorecard card = score(pairs, 0.9);
//   card.coverage, card.band_low, card.band_high
//
// coverage   share of the truths within their interval (bounds included)
// band       exact Clopper-Pearson band of the coverage at 95 %: the true coverage lies within it
// in
//            at least 95 of 100 such cards, so a level outside the band is evidence against it
// pinball    at quantile q: max(q (y - f), (q - 1)(y - f)); `pinball_loss` is the mean over the
// lower
//            bound at a/2, the point at 1/2 and the upper bound at 1 - a/2
// interval   u - l + 2/a (l - y)+ + 2/a (y - u)+          (Gneiting and Raftery 2007, eq. 43)
// bias       mean of point - truth: positive means forecasts are too high
// A pair without bounds counts for the point alone.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace shelduck::forecast {

struct ScoredForecast {
  double point;
  std::optional<double> lower;
  std::optional<double> upper;
  double actual;
};

struct Scorecard {
  std::size_t forecasts = 0;      // pairs
  std::size_t with_interval = 0;  // pairs with both bounds
  std::size_t covered = 0;
  // Without any interval the members below are absent, except the last four without pairs at all.
  std::optional<double> coverage{};
  std::optional<double> band_low{};
  std::optional<double> band_high{};
  std::optional<double> mean_width{};
  std::optional<double> interval_score{};
  std::optional<double> pinball_loss{};
  std::optional<double> point_pinball{};  // half the mean absolute error
  std::optional<double> mean_absolute_error{};
  std::optional<double> mean_absolute_log_error{};  // over pairs where point and truth are positive
  std::optional<double> bias{};
};

[[nodiscard]] Scorecard score(std::span<const ScoredForecast> pairs, double level);

[[nodiscard]] double pinball_loss(double quantile, double forecast, double actual);
[[nodiscard]] double interval_score(double level, double lower, double upper, double actual);

struct Band {
  double low;
  double high;
};

// Clopper and Pearson 1934: low solves P(X >= covered | low) = (1 - confidence) / 2, high solves
// P(X <= covered | high) = (1 - confidence) / 2, X binomial. O(n) per step of a bisection.
[[nodiscard]] Band binomial_band(std::size_t covered, std::size_t n, double confidence = 0.95);

}  // namespace shelduck::forecast
