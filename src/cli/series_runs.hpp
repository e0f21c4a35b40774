// How a series of a file is taken: as equal steps, its missing rows filled, or as runs that come as
// they come, each with its time and its covariates. Both commands on files take it in one way.
//
//   const SeriesHistory history = history_of(series, kind);
//   if (const auto model = method.runs_model(history.is_irregular)) {
//     const ComingRuns runs = coming_runs(series, history, {.names = names, .horizon = 12});
//     forecast::forecast_runs(runs.rows, {.known = runs.known, .horizon = 12}, *model);
//   }
//
// Failure: Error invalid_input that names series, line, field and rule. Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/cli/counted_words.hpp"
#include "shelduck/forecast/series.hpp"
#include "shelduck/forecast/step_calendar.hpp"
#include "shelduck/forecast/step_covariates.hpp"
#include "shelduck/interop/series_file.hpp"
#include "shelduck/interop/series_rhythm.hpp"

namespace shelduck::cli {

// Notes of both commands.
inline constexpr CountedWords kMissingCovariates{
    "value of covariates is missing and counts as the mean of those before it",
    "values of covariates are missing and count as the mean of those before them"};
inline constexpr CountedWords kFilledCovariates{
    "value of covariates is missing and was filled linearly",
    "values of covariates are missing and were filled linearly"};
inline constexpr CountedWords kTakenAsEqualSteps{
    "series is irregular; of what sees no times its rows were taken as equal steps",
    "series are irregular; of what sees no times their rows were taken as equal steps"};
inline constexpr CountedWords kOutliers{
    "value lies so far from all others of its series that it was not learnt from",
    "values lie so far from all others of their series that they were not learnt from"};
inline constexpr CountedWords kOfNewest{
    "series is longer than what models with a search are fitted to: the newest 16384 values",
    "series are longer than what models with a search are fitted to: the newest 16384 values"};

struct SeriesHistory {
  bool is_irregular = false;
  interop::SeriesRhythm rhythm{};  // of an irregular one its mean gap
  interop::GapFreeValues whole{};  // the train rows; those of an irregular one as they are
};

[[nodiscard]] SeriesHistory history_of(const interop::FileSeries& series, interop::TimeKind kind);

// All rows as runs. `names`: of the covariates.
[[nodiscard]] forecast::Series runs_of(const interop::FileSeries& series, interop::TimeKind kind,
                                       std::span<const std::string> names);

// Of the train rows.
[[nodiscard]] std::size_t rows_up_to_last_known(const interop::FileSeries& series);

struct ComingRuns {
  forecast::Series rows{};
  std::size_t known = 0;          // rows before the coming ones
  std::size_t taken = 0;          // rows of the file that tell of coming ones
  std::vector<std::string> ds{};  // of the coming ones
};

struct RunSteps {
  std::span<const std::string> names;
  std::size_t horizon;
};

// In an irregular series, and where covariates are named, the rows behind the last known train
// value are those to come; else, and behind the last row, times go on as the history does.
// Covariates are needed for every step.
[[nodiscard]] ComingRuns coming_runs(const interop::FileSeries& series,
                                     const SeriesHistory& history, const RunSteps& steps);

// The same as equal steps: the history ends with its last known train value, and what comes behind
// that is to come. Where covariates are named each coming step needs its row, without a gap.
struct KnownSteps {
  std::vector<double> values{};           // from the first known one to the last one, filled
  std::vector<std::int64_t> times{};      // of these
  forecast::StepCovariates covariates{};  // of these and of the coming steps; NaN: missing
  std::vector<std::string> ds{};          // of the coming steps
  std::size_t taken = 0;                  // rows of the file that tell of coming ones
  std::size_t missing = 0;                // covariates up to the last known value
  std::size_t empty = 0;                  // of the values, rows without one
  std::size_t gaps = 0;                   // of the values, rows that the file does not have
};

[[nodiscard]] KnownSteps known_steps(const interop::FileSeries& series,
                                     const SeriesHistory& history, const RunSteps& steps);

// When equal steps take place of which the first is at `time`, as FileSeries has it; nothing is
// known of an irregular series, nor where rows are numbered.
[[nodiscard]] forecast::StepCalendar step_calendar(const SeriesHistory& history, std::int64_t time);

// The covariates of all rows of train and test, those of rows that are missing too.
[[nodiscard]] forecast::StepCovariates step_covariates(const interop::FileSeries& series,
                                                       const SeriesHistory& history,
                                                       std::span<const std::string> names);

[[nodiscard]] std::size_t missing_values(std::span<const double> values);

// Of these rows, how many covariates have no value.
[[nodiscard]] std::size_t missing_covariates(const forecast::Series& rows);

}  // namespace shelduck::cli
