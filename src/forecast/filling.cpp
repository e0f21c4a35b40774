#include "shelduck/forecast/filling.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/number_text.hpp"

namespace shelduck::forecast {
namespace {

bool is_missing(double value) { return std::isnan(value); }

void refuse_infinite(std::span<const double> values) {
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (std::isinf(values[t])) {
      const std::string field = "values[" + std::to_string(t) + "]";
      const std::string text = number_text(values[t]);
      throw Error{ErrorKind::invalid_input,
                  "the series cannot be filled: " + field + " is " + text +
                      ", but must be finite, or NaN for missing",
                  {.field = field, .value = text, .rule = "finite, or NaN for missing"}};
    }
  }
}

double mean_of_known(std::span<const double> values) {
  double mean = 0;
  double count = 0;
  for (const double value : values) {
    if (!is_missing(value)) {
      ++count;
      mean += (value - mean) / count;
    }
  }
  return mean;
}

std::vector<double> with_constant(std::vector<double> values, double constant) {
  std::replace_if(values.begin(), values.end(), is_missing, constant);
  return values;
}

// Each missing value takes the known one before it; the first ones take the first known.
template <class Iterator>
void carry(const Iterator& begin, const Iterator& end) {
  double last = *std::find_if_not(begin, end, is_missing);
  for (Iterator at = begin; at != end; ++at) {
    last = is_missing(*at) ? last : *at;
    *at = last;
  }
}

std::vector<double> on_lines(std::vector<double> values) {
  const auto known = [&](std::size_t from) {
    while (from < values.size() && is_missing(values[from])) {
      ++from;
    }
    return from;
  };
  std::size_t left = known(0);
  for (std::size_t right = known(left + 1); right < values.size(); right = known(left + 1)) {
    const double steps = static_cast<double>(right - left);
    const double rise = (values[right] - values[left]) / steps;
    for (std::size_t t = left + 1; t < right; ++t) {
      values[t] = values[left] + rise * static_cast<double>(t - left);
    }
    left = right;
  }
  carry(values.begin(), values.end());
  return values;
}

}  // namespace

std::vector<double> filled(std::span<const double> values, Fill rule) {
  refuse_infinite(values);
  std::vector<double> whole{values.begin(), values.end()};
  if (rule == Fill::none || rule == Fill::zero || values.empty()) {
    return rule == Fill::zero ? with_constant(std::move(whole), 0) : whole;
  }
  if (from_first_known(values).empty()) {
    throw Error{ErrorKind::invalid_input,
                "the series cannot be filled: none of its " + std::to_string(values.size()) +
                    " values is known",
                {.field = "values", .value = "NaN", .rule = "at least one known value"}};
  }
  switch (rule) {
    case Fill::forward:
      carry(whole.begin(), whole.end());
      break;
    case Fill::backward:
      carry(whole.rbegin(), whole.rend());
      break;
    case Fill::mean:
      return with_constant(std::move(whole), mean_of_known(values));
    case Fill::linear:
    case Fill::zero:
    case Fill::none:
      return on_lines(std::move(whole));
  }
  return whole;
}

std::span<const double> from_first_known(std::span<const double> values) noexcept {
  const auto first = std::find_if_not(values.begin(), values.end(), is_missing);
  return values.subspan(static_cast<std::size_t>(first - values.begin()));
}

std::span<const double> up_to_last_known(std::span<const double> values) noexcept {
  while (!values.empty() && is_missing(values.back())) values = values.first(values.size() - 1);
  return values;
}

}  // namespace shelduck::forecast
