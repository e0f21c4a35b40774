// Predictive is everything that is believed about the next value: a centre, a spread and the past
// standardised errors. Points, intervals, quantiles, totals and remaining times are read from it.
//
//   const Forecast f = interval(predictive, {.level = 0.9});
//   if (f.lower) show(*f.lower, *f.upper); else say("needs", *f.interval_need);
//
// The interval is conformal (rank rule on absolute scores): honest or absent. The quantile function
// is for what needs a whole distribution (remaining times, totals): on the response scale it is
// symmetric about the centre, |score| has the quantile s_(k) at level k / (n + 1), linear between,
// and beyond the largest an exponential tail, whose survival exp(-s / b) passes through the largest
// score, b = s_(n) / log(n + 1). Amounts are not negative: on an identity scale the part below half
// of a positive centre is squeezed, v -> c/2 exp(2v/c - 1), so that no probability lies below 0 and
// the median stays. Neighbouring scores are held a little apart and b above a floor,
// so that the distribution function is continuous and strictly increasing.
// Threads: values; every function is pure. Nothing finite gives NaN.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/forecast/backtest.hpp"
#include "shelduck/forecast/response.hpp"

namespace shelduck::forecast {

// Of the scores the newest are used, because runs drift: this many, or twice as many as a level
// needs.
inline constexpr std::size_t kScoresKept = 100;

struct Predictive {
  std::string model;  // name of the model that made it
  std::size_t n = 0;  // observations behind it
  Response response{};
  Centred next{};                // centre and spread of the next value, on the response scale
  std::vector<double> scores{};  // signed standardised errors, oldest first
};

// Below any level: lower and upper are both there, or both absent and interval_need says how many
// observations would make the interval honest. lower <= point <= upper.
struct Forecast {
  double point = 0;
  std::optional<double> lower{};
  std::optional<double> upper{};
  double level = 0;  // fraction
  std::size_t n = 0;
  std::string model{};
  std::optional<std::size_t> interval_need{};
};

enum class Sign { any, non_negative };  // non_negative: point and bounds are clipped at 0

struct IntervalOptions {
  double level = 0.9;
  std::optional<double> working_level{};  // the adaptive level that stands in for `level`
  Sign sign = Sign::non_negative;
};

[[nodiscard]] double point_of(const Predictive& predictive, Sign sign = Sign::non_negative);

[[nodiscard]] Forecast interval(const Predictive& predictive, const IntervalOptions& options = {});

// `count` equally likely values in ascending order, none below 0: the quantiles at (i + 1/2) /
// count.
[[nodiscard]] std::vector<double> equally_likely(const Predictive& predictive, std::size_t count);

// The distribution of the next value, prepared for many questions.
class Distribution {
 public:
  explicit Distribution(const Predictive& predictive);

  // 0 < p < 1; the value that is not exceeded with probability p.
  [[nodiscard]] double quantile(double p) const;
  // The same of the values above y alone: at least y, and continuous in y.
  [[nodiscard]] double quantile_above(double y, double p) const;
  // The probability of a value > y.
  [[nodiscard]] double probability_above(double y) const;
  // The largest value that the history itself supports; beyond it speaks the tail.
  [[nodiscard]] double largest_supported() const;

 private:
  [[nodiscard]] double score_of(double y) const;
  [[nodiscard]] double at_score(double score) const;
  [[nodiscard]] bool is_squeezed(double y) const;
  // The quantile of which the probability `above` lies above, 0 < above < 1.
  [[nodiscard]] double quantile_by_rest(double above) const;
  // The radius that |score| exceeds with probability `beyond`, and back.
  [[nodiscard]] double radius(double beyond) const;
  [[nodiscard]] double beyond(double radius) const;

  Response response_;
  Centred next_;
  std::vector<double> radii_;  // radii_[k] is exceeded with 1 - k / (n + 1); radii_[0] = 0
  double tail_ = 0;            // mean excess beyond the last radius
};

}  // namespace shelduck::forecast
