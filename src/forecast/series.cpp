#include "shelduck/forecast/series.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/number_text.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kOutlierMads = 5;
constexpr double kMadToSigma = 1.4826;  // of a normal distribution
constexpr double kGapFactor = 3;

Error invalid(const std::string& field, double value, const std::string& rule) {
  const std::string text = number_text(value);
  return Error{ErrorKind::invalid_input,
               "the series cannot be used: " + field + " is " + text + ", but must be " + rule,
               {.field = field, .value = text, .rule = rule}};
}

std::string at(std::string_view name, std::size_t index) {
  return std::string{name} + "[" + std::to_string(index) + "]";
}

Error wrong_length(const std::string& field, std::size_t length, std::size_t values) {
  const std::string rule = "one entry per value, " + std::to_string(values);
  return Error{ErrorKind::invalid_input,
               "the series cannot be used: " + field + " has " + std::to_string(length) +
                   " entries, but needs " + rule,
               {.field = field, .value = std::to_string(length), .rule = rule}};
}

// The rule that a covariate breaks, or null. Names are only put together for a message.
const char* broken_rule(CovariateKind kind, double value) {
  const double limit = kind == CovariateKind::size ? kMagnitudeMax : kFlagMax;
  if (std::abs(value) > limit) {
    return "finite and within its bounds, or NaN for not measured";
  }
  return kind == CovariateKind::size && value < 0 ? "at least 0: it is an amount of work" : nullptr;
}

bool is_time(double time) { return std::abs(time) <= kTimeMax; }

constexpr const char* kTimeRule = "a finite number of seconds within 30 000 years";

void check_times(const Series& series) {
  if (series.times.empty()) {
    return;
  }
  if (series.times.size() != series.values.size()) {
    throw wrong_length("times", series.times.size(), series.values.size());
  }
  for (std::size_t i = 0; i < series.times.size(); ++i) {
    if (!is_time(series.times[i])) {
      throw invalid(at("times", i), series.times[i], kTimeRule);
    }
    if (i > 0 && series.times[i] < series.times[i - 1]) {
      throw invalid(
          at("times", i), series.times[i],
          "not before the time of its predecessor, " + std::to_string(series.times[i - 1]));
    }
  }
}

void check_name(std::span<const Covariate> columns, std::size_t c) {
  const std::string& name = columns[c].name;
  const auto earlier = columns.first(c);
  const bool repeated = std::any_of(earlier.begin(), earlier.end(),
                                    [&](const Covariate& other) { return other.name == name; });
  if (name.empty() || repeated) {
    throw Error{ErrorKind::invalid_input,
                "the series cannot be used: covariate " + std::to_string(c) +
                    (name.empty() ? " has no name" : " is called '" + name + "' as is another"),
                {.field = "covariates", .value = name, .rule = "names are given and differ"}};
  }
}

void check_covariates(const Series& series) {
  for (std::size_t c = 0; c < series.covariates.size(); ++c) {
    const Covariate& column = series.covariates[c];
    check_name(series.covariates, c);
    if (column.values.size() != series.values.size()) {
      throw wrong_length(column.name, column.values.size(), series.values.size());
    }
    for (std::size_t i = 0; i < column.values.size(); ++i) {
      if (const char* const rule = broken_rule(column.kind, column.values[i])) {
        throw invalid(at(column.name, i), column.values[i], rule);
      }
    }
  }
}

const Covariate* find(std::span<const Covariate> columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Covariate& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

std::vector<std::size_t> outliers_of(std::span<const double> values) {
  std::vector<double> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double value) { return std::isfinite(value); });
  std::vector<std::size_t> found;
  if (finite.empty()) {
    return found;
  }
  const double middle = median_of(finite);
  std::transform(finite.begin(), finite.end(), finite.begin(),
                 [&](double value) { return std::abs(value - middle); });
  const double limit = kOutlierMads * kMadToSigma * median_of(finite);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]) && std::abs(values[i] - middle) > limit) {
      found.push_back(i);
    }
  }
  return found;
}

ValidationReport with_times(ValidationReport report, std::span<const double> times) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double gap = times[i] - times[i - 1];
    gaps.push_back(gap);
    report.unordered_times += gap < 0 ? 1U : 0U;
    report.repeated_times += gap == 0 ? 1U : 0U;
  }
  if (gaps.empty()) {
    return report;
  }
  const double limit = kGapFactor * median_of(gaps);
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    if (gaps[i] > limit) {
      report.gaps.push_back(i + 1);
    }
  }
  return report;
}

ValidationReport with_covariate(ValidationReport report, const Covariate& column) {
  std::optional<double> first;
  bool constant = true;
  for (const double value : column.values) {
    if (std::isnan(value)) {
      ++report.missing_covariate_values;
    } else {
      constant = constant && value == first.value_or(value);
      first = first.value_or(value);
    }
  }
  if (constant) {
    report.constant_covariates.push_back(column.name);
  }
  return report;
}

}  // namespace

bool has_usable_range(std::span<const double> values) noexcept {
  if (values.empty()) return true;
  const auto [least, greatest] = std::ranges::minmax(values);
  return least == greatest || greatest - least >= kRangeMin;
}

void check(const Series& series) {
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (!(std::abs(series.values[i]) <= kMagnitudeMax)) {
      throw invalid(at("values", i), series.values[i], "finite, and at most 1e150 in size");
    }
  }
  check_times(series);
  check_covariates(series);
  if (!is_time(series.local_offset_seconds)) {
    throw invalid("local_offset_seconds", series.local_offset_seconds, kTimeRule);
  }
}

void check(const NextRun& next, std::span<const Covariate> columns) {
  if (next.time && !is_time(*next.time)) {
    throw invalid("time", *next.time, kTimeRule);
  }
  for (const NamedValue& known : next.covariates) {
    const Covariate* column = find(columns, known.name);
    if (column == nullptr) {
      throw Error{
          ErrorKind::invalid_input,
          "'" + known.name + "' is given for the next run, but the series has no such column",
          {.field = known.name, .rule = "a covariate of the series"}};
    }
    if (const char* const rule = broken_rule(column->kind, known.value)) {
      throw invalid(known.name, known.value, rule);
    }
  }
}

std::vector<double> known_values(const NextRun& next, std::span<const Covariate> covariates) {
  std::vector<double> values;
  values.reserve(covariates.size());
  for (const Covariate& column : covariates) {
    const auto found =
        std::find_if(next.covariates.begin(), next.covariates.end(),
                     [&](const NamedValue& known) { return known.name == column.name; });
    values.push_back(found == next.covariates.end() ? kUnknown : found->value);
  }
  return values;
}

ValidationReport validate(const Series& series, std::size_t samples_needed) {
  ValidationReport report{.samples = series.values.size()};
  report.enough_samples = report.samples >= samples_needed;
  std::optional<double> first;
  report.constant = true;
  for (const double value : series.values) {
    if (!std::isfinite(value)) {
      ++report.non_finite;
      continue;
    }
    report.zeros += value == 0 ? 1U : 0U;
    report.negative += value < 0 ? 1U : 0U;
    report.constant = report.constant && value == first.value_or(value);
    first = first.value_or(value);
  }
  report.outliers = outliers_of(series.values);
  report = with_times(std::move(report), series.times);
  for (const Covariate& column : series.covariates) {
    report = with_covariate(std::move(report), column);
  }
  return report;
}

double median_of(std::vector<double> values) {
  if (values.empty()) {
    throw Error{ErrorKind::invalid_input,
                "the median of no values is not defined",
                {.field = "values", .value = "0", .rule = "at least one value"}};
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) {
    return *middle;
  }
  const double below = *std::max_element(values.begin(), middle);
  return below + (*middle - below) / 2;
}

}  // namespace shelduck::forecast
