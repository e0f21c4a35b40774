// One series of a file, fitted and forecast: what `shelduck forecast FILE` keeps of it until the
// errors of all series are known.
//
//   const FittedSeries fitted = fitted_series(series, kind, options, global);
//   if (fitted.reason.empty()) pool.add(series.id, fitted.scores, fitted.times);
//
// Threads: pure, several series at once. Failure: too few values, and a value or covariate that no
// model takes, are a reason; Error invalid_input where nobody says how many steps to forecast, and
// where rows with the covariates of coming steps are missing.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/cli/forecast_options.hpp"
#include "shelduck/cli/global_lags.hpp"
#include "shelduck/forecast/intervals/interval_bounds.hpp"

namespace shelduck::cli {

inline constexpr std::int64_t kAtAnyTime = std::numeric_limits<std::int64_t>::max();

inline constexpr std::string_view kIrregularProblem = "irregular";

// What forecast a series: the models, and where they were chosen by themselves, for which problem.
struct Choice {
  std::string problem{};
  std::vector<std::string> members{};

  auto operator<=>(const Choice&) const = default;
};

// What the fit of one series leaves behind: of a failure only its reason.
struct FittedSeries {
  std::string reason{};
  std::size_t empty = 0;   // rows without a value between others, filled
  std::size_t gaps = 0;    // rows that the file does not have between others, filled
  std::size_t behind = 0;  // train rows behind the last known value, of equal steps
  std::size_t n = 0;       // known values
  std::vector<double> points{};
  std::vector<std::string> ds{};
  forecast::OriginScores scores{};
  forecast::IntervalEvidence evidence{};
  std::vector<std::int64_t> times{};  // of the values, for the pool
  std::int64_t next_time = kAtAnyTime;
  Choice choice{};
  bool is_irregular = false;
  bool is_of_runs = false;
  bool is_without_covariates = false;  // though they are named
  std::size_t coming_rows = 0;
  std::size_t missing_covariates = 0;
  std::size_t outliers = 0;
  bool is_of_newest = false;  // oldest values were left out
};

[[nodiscard]] FittedSeries fitted_series(const interop::FileSeries& series, interop::TimeKind kind,
                                         const ForecastOptions& options, const GlobalLags& global);

// What other series learn from it with --global; nothing where it is none of equal steps.
[[nodiscard]] std::optional<TrainPart> train_part_of(const interop::FileSeries& series,
                                                     interop::TimeKind kind,
                                                     const ForecastOptions& options);

}  // namespace shelduck::cli
