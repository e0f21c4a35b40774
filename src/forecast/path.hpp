// Path is what a model says about the next steps of a regular series, and OneStep what it would
// have said about the past ones.
//
//   const Path path = forecast(fit_naive(values), 12);
//   path.points[0]       // of the next value
//   path.deviations[0]   // standard deviation of its error, if the model has one
//
// Every model of regular series has the same shape: a struct of data with next(), the point of the
// next value, and absorb(value), which takes one in at fixed parameters; fit_<name>(values);
// forecast(model, horizon); started(model), the same before its first value; fitted(model), how
// many parameters and start values were estimated from the values; one_step(model, values), the
// errors that the model makes when it goes along the values from its start. What is closed form (a
// last value, a mean) is then what was known at the time; what was estimated (smoothing parameters,
// seasonal indices) knows the end.
// A model that knows covariates takes their row too, in next(row) and absorb(value, row), and their
// rows in the functions above; elsewhere rows are passed over.
// Threads: plain data, pure functions. Failure: Error invalid_input for a horizon of 0 or above
// kHorizonMax and for too few values. Values are finite and within kMagnitudeMax: regular.hpp,
// the door, checks that.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "shelduck/forecast/step_covariates.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kHorizonMax = 1'000'000;

// Newest values that a model whose parameters are searched for is fitted to.
inline constexpr std::size_t kIterativeValuesMax = 16'384;

struct Path {
  std::vector<double> points;
  std::vector<double> deviations{};  // empty: too few values to tell
};

// errors[i] = value - forecast of values[first + i].
struct OneStep {
  std::size_t first = 0;
  std::vector<double> errors{};
};

// The same point and deviation for each step.
[[nodiscard]] Path flat_path(double point, std::optional<double> deviation, std::size_t horizon);

void check_horizon(std::size_t horizon);

// Throws unless `have` >= `need`, and names both.
void check_length(std::string_view model, std::size_t have, std::size_t need);

// Sum of squares of errors whose mean is taken as 0.
struct ErrorSum {
  double squares = 0;
  std::size_t count = 0;

  void add(double error) {
    squares += error * error;
    ++count;
  }
  // Nothing unless more errors are there than parameters that were fitted to them.
  [[nodiscard]] std::optional<double> deviation(std::size_t fitted = 0) const {
    return count > fitted ? std::optional{std::sqrt(squares / static_cast<double>(count - fitted))}
                          : std::nullopt;
  }

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("squares", m.squares), visit("count", m.count);
  }
};

template <class Model>
concept KnowsCovariates = requires(const Model& model, KnownRow row) { model.next(row); };

template <class Model>
[[nodiscard]] double next_of(const Model& model, KnownRow row) {
  if constexpr (KnowsCovariates<Model>) {
    return model.next(row);
  } else {
    return model.next();
  }
}

template <class Model>
void absorb_into(Model& model, double value, KnownRow row) {
  if constexpr (KnowsCovariates<Model>) {
    model.absorb(value, row);
  } else {
    model.absorb(value);
  }
}

// The errors of `start`, a model that knows none of the values, on its way along them; those
// before `first` are left out.
template <class Model>
[[nodiscard]] OneStep errors_along(Model start, std::span<const double> values, std::size_t first,
                                   KnownRows rows = {}) {
  OneStep result{.first = first};
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (t >= first) {
      result.errors.push_back(values[t] - next_of(start, rows.at(t)));
    }
    absorb_into(start, values[t], rows.at(t));
  }
  return result;
}

// The same of a fitted model that skipped the oldest values; its first `unscored` errors are left
// out.
template <class Model>
[[nodiscard]] OneStep errors_since_start(const Model& model, std::span<const double> values,
                                         std::size_t unscored = 0, KnownRows rows = {}) {
  const std::size_t skipped = std::min(model.skipped, values.size());
  OneStep result =
      errors_along(started(model), values.subspan(skipped), unscored, rows.from(skipped));
  result.first += skipped;
  return result;
}

template <class Model>
[[nodiscard]] Model absorbed(Model model, std::span<const double> values, KnownRows rows = {}) {
  for (std::size_t t = 0; t < values.size(); ++t) absorb_into(model, values[t], rows.at(t));
  return model;
}

}  // namespace shelduck::forecast
