// StepCovariates is what is known of each of equal steps before its value is: a price, a holiday.
//
//   const StepCovariates known{.names = {"price", "holiday"}, .entries = {1.2, 0, 1.1, 1}};
//   known.steps()                    // 2
//   known.rows().at(1)               // {1.1, 1}
//   known.part(1, 1)                 // the second step alone
//   filled(known, 1)                 // what is missing up to the first step, from its neighbours
//
// Models take the numbers as they are: what works as a factor is given as its logarithm, a holiday
// as 1 where there is one and 0 elsewhere, a weekday as several of these.
// Threads: plain data. Failure: Error invalid_input that names covariate, step and rule.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shelduck::forecast {

// Of a number. With values of at most kMagnitudeMax (series.hpp) no forecast overflows.
inline constexpr double kCovariateMax = 1e70;
// What moves by less stands still.
inline constexpr double kCovariateMoveMin = 1e-50;

using KnownRow = std::span<const double>;  // of one step, a number for each covariate

// Of steps one after another, borrowed. Without columns every row is empty.
struct KnownRows {
  std::size_t columns = 0;
  std::span<const double> entries{};

  [[nodiscard]] KnownRow at(std::size_t step) const {
    return columns == 0 ? KnownRow{} : entries.subspan(step * columns, columns);
  }
  [[nodiscard]] KnownRows from(std::size_t step) const {
    return {.columns = columns, .entries = entries.subspan(step * columns)};
  }
  [[nodiscard]] KnownRows first(std::size_t steps) const {
    return {.columns = columns, .entries = entries.first(steps * columns)};
  }
};

struct StepCovariates {
  std::vector<std::string> names{};
  std::vector<double> entries{};  // step by step; NaN: missing, for filled() alone

  [[nodiscard]] std::size_t steps() const {
    return names.empty() ? 0 : entries.size() / names.size();
  }
  [[nodiscard]] KnownRows rows() const { return {.columns = names.size(), .entries = entries}; }
  [[nodiscard]] StepCovariates part(std::size_t first, std::size_t count) const;
};

// Whether a covariate of this name is a size of the work, of which more never takes less: a word of
// the name is one of these, in small letters or capitals, the words being parted by whatever is no
// letter ("packages_planned", "download-bytes", "Size 1"). So the sizes of history's runs are, and
// nothing is guessed of a price or a temperature.
inline constexpr std::array<std::string_view, 8> kWorkSizeWords{
    "bytes", "files", "items", "jobs", "package", "packages", "size", "workload"};
[[nodiscard]] bool is_work_size(std::string_view name);

// Throws unless there are `steps` rows of finite numbers, and names that are given and differ.
void check(const StepCovariates& known, std::size_t steps);

// What is missing in the first `steps` rows, on the line between its neighbours among them; the
// nearest at both ends. A covariate that none of them has is refused.
[[nodiscard]] StepCovariates filled(StepCovariates known, std::size_t steps);

// What the covariates of a step add to its value. Both have one number a covariate.
[[nodiscard]] inline double effect_of(std::span<const double> effects, KnownRow row) {
  double sum = 0;
  for (std::size_t i = 0; i < effects.size(); ++i) sum += effects[i] * row[i];
  return sum;
}

}  // namespace shelduck::forecast
