// Seasons of a series of equal steps: is there one, and what shape does it have?
//
//   if (is_seasonal(values, 12)) {
//     const Seasonality season = decompose(values, 12, SeasonalForm::multiplicative).season;
//     const double adjusted = season.remove(values[t], t);   // t counts from the first value
//     const double forecast = season.restore(adjusted, t + 12);
//   }
//
// Test      of the M4 competition: |r(m)| > 1.645 sqrt((1 + 2 sum r(k)^2, k < m) / n), Bartlett's
//           standard error, r the autocorrelation with divisor n; false for n < 3 m and m < 2
// Trend     centred moving average over one period; for an even one with half weights at both ends.
//           The first and last m / 2 (rounded down) values have none (NaN).
// Indices   mean of y - trend or y / trend over the values of a phase, then shifted to mean 0 or
//           divided by their mean. Multiplicative ones are at least kIndexFloor.
// Source: Makridakis, Spiliotis, Assimakopoulos 2020 (test); Kendall and Stuart 1983 (indices).
// Cost O(n m). Threads: pure, plain data. Failure: Error invalid_input for m < 2, n < 2 m, or a
// value that is not positive where the form is multiplicative. Values are finite.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shelduck::forecast {

[[nodiscard]] bool is_seasonal(std::span<const double> values, std::size_t period);

enum class SeasonalForm { additive, multiplicative };

// Holds adjusted values finite and in bounds where one phase all but vanishes: the least index in
// the M4 hourly series is 0.03.
inline constexpr double kIndexFloor = 0.01;

struct Seasonality {
  SeasonalForm form = SeasonalForm::additive;
  std::vector<double> indices{};  // one per phase, phase 0 first; empty: no season

  // 0 or 1 without a season.
  [[nodiscard]] double index(std::size_t t) const;
  [[nodiscard]] double remove(double value, std::size_t t) const;
  [[nodiscard]] double restore(double adjusted, std::size_t t) const;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("form", m.form, SeasonalForm::multiplicative), visit("indices", m.indices);
  }
};

struct Decomposition {
  std::vector<double> trend;
  Seasonality season;
};

[[nodiscard]] Decomposition decompose(std::span<const double> values, std::size_t period,
                                      SeasonalForm form);

// The season where the test finds one, else none; multiplicative where every value is positive, as
// in M4.
[[nodiscard]] Seasonality tested_season(std::span<const double> values, std::size_t period);

}  // namespace shelduck::forecast
