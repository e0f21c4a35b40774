#include "shelduck/cli/series_runs.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/filling.hpp"

namespace shelduck::cli {
namespace {

using interop::FileSeries;
using interop::TimeKind;

constexpr double kMicrosecondsASecond = 1e6;

double seconds_of(std::int64_t time) { return static_cast<double>(time) / kMicrosecondsASecond; }

void cut_rows(forecast::Series& rows, std::size_t count) {
  const auto cut = [&](std::vector<double>& column) {
    column.resize(std::min(column.size(), count));
  };
  cut(rows.values);
  cut(rows.times);
  for (forecast::Covariate& column : rows.covariates) cut(column.values);
}

constexpr CountedWords kStanding{"row stands behind the last known value",
                                 "rows stand behind the last known value"};

void require_rows(const FileSeries& series, std::size_t taken, const RunSteps& steps) {
  if (taken == steps.horizon) return;
  const std::string line = std::to_string(series.line + series.rows() - 1);
  throw Error{ErrorKind::invalid_input,
              "series '" + series.id + "', line " + line + ": the covariates of " +
                  std::to_string(steps.horizon) + " steps are needed, and " +
                  kStanding.after(taken),
              {.field = "--covariates",
               .value = steps.names.front(),
               .rule = "a row for each coming step, with an empty value or split test"}};
}

// The rows of coming steps follow one another as the steps do.
void require_steps(const FileSeries& series, const SeriesHistory& history, std::size_t known,
                   std::size_t horizon) {
  for (std::size_t h = 0; h < horizon; ++h) {
    const std::size_t row = known + h;
    const interop::SeriesRhythm::Ahead ahead{.row = known - 1, .steps = h + 1};
    if (history.rhythm.place_after(series, ahead) == series.times[row]) continue;
    const std::string line = std::to_string(series.line + row);
    const std::string ds{series.ds[row]};
    throw Error{ErrorKind::invalid_input,
                "series '" + series.id + "', line " + line + ": ds is '" + ds + "', where '" +
                    history.rhythm.time_after(series, ahead) + "' is the next step to come",
                {.field = "ds",
                 .value = ds,
                 .rule = "with --covariates a row for each coming step, one after another"}};
  }
}

std::size_t missing_before(const FileSeries& series, std::size_t rows) {
  std::size_t missing = 0;
  for (const std::vector<double>& column : series.covariates) {
    missing += missing_values(std::span{column}.first(rows));
  }
  return missing;
}

// Of all rows, and which of them are to come.
void add_covariates(KnownSteps& known, const FileSeries& series, const SeriesHistory& history,
                    const RunSteps& steps) {
  const std::size_t rows = rows_up_to_last_known(series);
  known.taken = std::min(series.rows() - rows, steps.horizon);
  require_rows(series, known.taken, steps);
  if (!history.is_irregular) require_steps(series, history, rows, steps.horizon);
  known.covariates = step_covariates(series, history, steps.names);
  known.missing = missing_before(series, rows);
  for (std::size_t h = 0; h < steps.horizon; ++h) known.ds.emplace_back(series.ds[rows + h]);
}

// Behind the last known value: in the step of the series; of an irregular one at its own rows, as
// far as it has them.
void add_ds(KnownSteps& known, const FileSeries& series, const SeriesHistory& history,
            std::size_t horizon) {
  std::size_t last = rows_up_to_last_known(series) - 1;
  while (history.is_irregular && known.ds.size() < horizon && last + 1 < series.train_rows) {
    known.ds.emplace_back(series.ds[++last]);
  }
  for (std::size_t step = 1; known.ds.size() < horizon; ++step) {
    known.ds.push_back(history.rhythm.time_after(series, {.row = last, .steps = step}));
  }
}

// Steps of which the file has no row.
void add_steps(ComingRuns& runs, const FileSeries& series, const SeriesHistory& history,
               std::size_t horizon) {
  const std::size_t last = runs.known + runs.taken - 1;
  for (std::size_t step = 1; runs.ds.size() < horizon; ++step) {
    const interop::SeriesRhythm::Ahead ahead{.row = last, .steps = step};
    runs.ds.push_back(history.rhythm.time_after(series, ahead));
    runs.rows.values.push_back(forecast::kUnknown);
    for (forecast::Covariate& column : runs.rows.covariates) {
      column.values.push_back(forecast::kUnknown);
    }
    if (runs.rows.times.empty()) continue;
    runs.rows.times.push_back(seconds_of(history.rhythm.place_after(series, ahead)));
  }
}

}  // namespace

std::size_t rows_up_to_last_known(const FileSeries& series) {
  std::size_t rows = series.train_rows;
  while (rows > 0 && std::isnan(series.y[rows - 1])) --rows;
  return rows;
}

SeriesHistory history_of(const FileSeries& series, TimeKind kind) {
  SeriesHistory history{.is_irregular = interop::is_irregular(series, kind)};
  if (!history.is_irregular) {
    history.rhythm = rhythm_of(series, kind);
    history.whole = without_gaps(series, history.rhythm);
    return history;
  }
  history.rhythm = mean_rhythm(series, kind);
  history.whole.values.assign(series.train_y().begin(), series.train_y().end());
  const auto times = std::span{series.times}.first(series.train_rows);
  history.whole.times.assign(times.begin(), times.end());
  for (const std::vector<double>& column : series.covariates) {
    history.whole.covariates.emplace_back(
        column.begin(), column.begin() + static_cast<std::ptrdiff_t>(series.train_rows));
  }
  return history;
}

forecast::Series runs_of(const FileSeries& series, TimeKind kind,
                         std::span<const std::string> names) {
  forecast::Series rows{.values = series.y};
  if (kind != TimeKind::index) {
    for (const std::int64_t time : series.times) rows.times.push_back(seconds_of(time));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    rows.covariates.push_back({.name = names[i], .values = series.covariates[i]});
  }
  return rows;
}

ComingRuns coming_runs(const FileSeries& series, const SeriesHistory& history,
                       const RunSteps& steps) {
  ComingRuns runs{.rows = runs_of(series, history.rhythm.kind, steps.names)};
  const bool has_coming_rows = history.is_irregular || !steps.names.empty();
  runs.known = has_coming_rows ? rows_up_to_last_known(series) : series.train_rows;
  if (runs.known == 0) return runs;
  if (has_coming_rows) runs.taken = std::min(series.rows() - runs.known, steps.horizon);
  if (!steps.names.empty()) require_rows(series, runs.taken, steps);
  cut_rows(runs.rows, runs.known + runs.taken);
  for (std::size_t h = 0; h < runs.taken; ++h) runs.ds.emplace_back(series.ds[runs.known + h]);
  add_steps(runs, series, history, steps.horizon);
  return runs;
}

forecast::StepCalendar step_calendar(const SeriesHistory& history, std::int64_t time) {
  const interop::SeriesRhythm& rhythm = history.rhythm;
  if (history.is_irregular || rhythm.kind == TimeKind::index) return {};
  forecast::StepCalendar calendar{.first = seconds_of(time)};
  if (rhythm.unit == interop::SeriesRhythm::Unit::months) {
    calendar.months = static_cast<std::size_t>(rhythm.step);
  } else {
    calendar.step = seconds_of(rhythm.step);
  }
  return calendar;
}

forecast::StepCovariates step_covariates(const FileSeries& series, const SeriesHistory& history,
                                         std::span<const std::string> names) {
  forecast::StepCovariates known{.names = {names.begin(), names.end()}};
  for (std::size_t t = 0; t < history.whole.values.size(); ++t) {
    for (const std::vector<double>& column : history.whole.covariates) {
      known.entries.push_back(column[t]);
    }
  }
  for (std::size_t row = series.train_rows; row < series.rows(); ++row) {
    for (const std::vector<double>& column : series.covariates) {
      known.entries.push_back(column[row]);
    }
  }
  return known;
}

KnownSteps known_steps(const FileSeries& series, const SeriesHistory& history,
                       const RunSteps& steps) {
  KnownSteps known;
  const auto since = forecast::from_first_known(history.whole.values);
  const auto past = forecast::up_to_last_known(since);
  if (past.empty()) return known;
  const auto first = static_cast<std::ptrdiff_t>(history.whole.values.size() - since.size());
  if (steps.names.empty()) {
    add_ds(known, series, history, steps.horizon);
  } else {
    add_covariates(known, series, history, steps);
    known.covariates =
        known.covariates.part(static_cast<std::size_t>(first), past.size() + steps.horizon);
  }
  known.values = forecast::filled(past, forecast::Fill::linear);
  const auto times = history.whole.times.begin() + first;
  known.times.assign(times, times + std::ssize(past));
  known.empty =
      missing_values(forecast::up_to_last_known(forecast::from_first_known(series.train_y())));
  known.gaps = missing_values(past) - known.empty;
  return known;
}

std::size_t missing_values(std::span<const double> values) {
  return static_cast<std::size_t>(
      std::ranges::count_if(values, [](double value) { return std::isnan(value); }));
}

std::size_t missing_covariates(const forecast::Series& rows) {
  std::size_t missing = 0;
  for (const forecast::Covariate& column : rows.covariates) {
    missing += missing_values(column.values);
  }
  return missing;
}

}  // namespace shelduck::cli
