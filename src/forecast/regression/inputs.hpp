// Inputs turns what is known about a run into the row x of the regression, column by column:
//
//   level                   1
//   one per covariate       log(1 + size), or the flag
//   with times:
//     weekday               sin and cos of 2 pi t / week
//     hour                  sin and cos of 2 pi t / day
//     gap                   log(60 s + time since the run before)
//     trend                 t / 100 days
//   without times:
//     trend                 number of the run / 100
//
// Each column is read relative to its first known entry, so that the level column keeps the meaning
// "a run like the first one". An entry that is not known counts as the mean of those known so far,
// and as no difference while none is. Everything is learned in order: a row never depends on later
// runs. Plain data, with a state of O(columns).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {

// What a column is, for the width of its prior.
enum class ColumnRole { level, size, flag, weekday, hour, gap, trend };

// One run as it is known before it starts.
struct RunInputs {
  std::optional<double> time{};          // absent: one mean gap after the last
  std::span<const double> covariates{};  // in the order of the kinds; NaN: not known
};

class Inputs {
 public:
  Inputs() = default;
  // `timed`: runs have times.
  Inputs(std::vector<CovariateKind> kinds, bool timed, double local_offset_seconds);

  [[nodiscard]] std::size_t columns() const { return roles_.size(); }
  [[nodiscard]] std::size_t covariates() const { return kinds_.size(); }
  [[nodiscard]] const std::vector<ColumnRole>& roles() const { return roles_; }

  // The row of the run that would come next.
  [[nodiscard]] std::vector<double> row(const RunInputs& run) const;

  // How far the level may have moved since the run before, as a factor of its variance: the square
  // root of (gap / mean gap so far, at most kStepMax); 1 without times or before any gap is known.
  // The root, because gaps within a burst of runs are thousands of times shorter than the mean gap,
  // yet the level moves within the burst, too.
  [[nodiscard]] double step(const RunInputs& run) const;

  // The run has happened. Returns its row, as row() gave it before.
  std::vector<double> absorb(const RunInputs& run);

  [[nodiscard]] bool is_whole() const;
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("kinds", m.kinds_, CovariateKind::flag), visit("roles", m.roles_, ColumnRole::trend);
    visit("timed", m.timed_), visit("local_offset_seconds", m.local_offset_seconds_);
    visit("runs", m.runs_), visit("first_time", m.first_time_), visit("last_time", m.last_time_);
    visit("reference", m.reference_), visit("difference", m.difference_), visit("known", m.known_);
  }

 private:
  [[nodiscard]] std::vector<double> raw(const RunInputs& run) const;
  [[nodiscard]] std::vector<double> relative(std::vector<double> entries) const;
  [[nodiscard]] double time_of(const RunInputs& run) const;
  [[nodiscard]] double mean_gap() const;

  std::vector<CovariateKind> kinds_{};
  std::vector<ColumnRole> roles_{};
  bool timed_ = false;
  double local_offset_seconds_ = 0;
  std::size_t runs_ = 0;
  double first_time_ = 0;
  double last_time_ = 0;
  std::vector<double> reference_{};   // first known entry of each column; NaN before it
  std::vector<double> difference_{};  // sum of entry - reference over the known ones
  std::vector<double> known_{};       // how many these are
};

inline constexpr double kStepMax = 10;

}  // namespace shelduck::forecast
