// Series is what a model learns from: values in time order, optionally with times and with what
// was known before each value; NextRun is what is known about the value to be forecast.
//
//   Series runs{.values = {31.0, 40.5, 28.2},
//               .times = {0, 90'000, 170'000},
//               .covariates = {{.name = "packages", .values = {3, 7, 2}}}};
//   NextRun next{.time = 260'000, .covariates = {{"packages", 5}}};
//
// Missing: values and times are always finite. A covariate that was not measured is NaN, only
// there; a covariate that next does not name is not known.
// Threads: plain data. Failure: check() throws Error invalid_input that names field, value, rule.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace shelduck::forecast {

enum class CovariateKind {
  size,  // an amount of work, >= 0: packages, bytes, an estimate; enters models as log(1 + x)
  flag,  // a number that enters as it is: 0 or 1, or a score near them
};

struct Covariate {
  std::string name;
  std::vector<double> values;
  CovariateKind kind = CovariateKind::size;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("name", m.name), visit("values", m.values), visit("kind", m.kind, CovariateKind::flag);
  }
};

struct Series {
  std::vector<double> values;
  std::vector<double> times{};  // seconds since the Unix epoch, not decreasing; empty: unknown
  std::vector<Covariate> covariates{};
  double local_offset_seconds = 0;  // added to times where weekday and hour are read
};

struct NamedValue {
  std::string name;
  double value;
};

struct NextRun {
  std::optional<double> time{};
  std::vector<NamedValue> covariates{};
};

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// Bounds within which no model overflows; real data are far inside them.
inline constexpr double kMagnitudeMax = 1e150;  // of a value or a size
inline constexpr double kRangeMin = 1e-150;     // of values of equal steps that differ
inline constexpr double kTimeMax = 1e12;        // seconds, 30 000 years either way
inline constexpr double kFlagMax = 1e6;

// Throws Error invalid_input for a value or time that is not finite or out of these bounds, times
// that decrease, a column of another length, a column without a name or with the name of another,
// an infinite covariate, a negative size.
void check(const Series& series);

// The same for what is known about the next value: a finite time, and known covariates each of
// which is one of `columns`. A time before the last run is no error: the gap then counts as 0.
void check(const NextRun& next, std::span<const Covariate> columns);

// Whether they are all equal, or lie so far apart that the squares of their differences keep all
// digits. Values are finite; none: true.
[[nodiscard]] bool has_usable_range(std::span<const double> values) noexcept;

// One entry per covariate of the series, in its order; NaN where `next` does not name it.
[[nodiscard]] std::vector<double> known_values(const NextRun& next,
                                               std::span<const Covariate> covariates);

// What is worth knowing before training. Nothing here is an error by itself.
struct ValidationReport {
  std::size_t samples = 0;
  bool enough_samples = false;  // samples >= the number asked for
  bool constant = false;        // every finite value is the same
  std::size_t non_finite = 0;   // NaN or infinite values
  std::size_t zeros = 0;
  std::size_t negative = 0;
  std::vector<std::size_t> outliers{};  // |x - median| > 5 x 1.4826 x MAD
  std::vector<std::size_t> gaps{};      // t: times[t] - times[t-1] > 3 x the median gap
  std::size_t unordered_times = 0;      // times that are before their predecessor
  std::size_t repeated_times = 0;
  std::vector<std::string> constant_covariates{};
  std::size_t missing_covariate_values = 0;
};

[[nodiscard]] ValidationReport validate(const Series& series, std::size_t samples_needed);

// The middle value, or the mean of the two middle ones. Empty: Error invalid_input.
[[nodiscard]] double median_of(std::vector<double> values);

}  // namespace shelduck::forecast
