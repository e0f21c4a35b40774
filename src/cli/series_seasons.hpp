// The seasons with which a series of a file is forecast: those that --season names, or those that
// are found.
//
//   const NamedSeasons named = named_seasons(request);            // --season 24,168
//   const SeriesSeasons seasons = series_seasons(series, history, named);
//   {.period = seasons.period, .longer = seasons.longer}          // of forecast::RegularSeries
//
// `auto` tries the column `period` of the file and the seasons of the calendar, then what the
// autocorrelation of the train values shows (forecast/seasonal/season_search.hpp); a giant outlier
// (forecast/outliers.hpp), beside which every season is noise, is not among them. The file's
// period stays also where no test finds it: the models test by themselves. Failure: Error
// invalid_input that names --season, the value and the rule. Threads: pure.
#pragma once

#include <cstddef>
#include <vector>

#include "shelduck/cli/request.hpp"
#include "shelduck/cli/series_runs.hpp"
#include "shelduck/interop/series_file.hpp"

namespace shelduck::cli {

// Ascending; none: they are to be found.
using NamedSeasons = std::vector<std::size_t>;

[[nodiscard]] NamedSeasons named_seasons(const Request& request);

struct SeriesSeasons {
  std::size_t period = 1;  // 1: none
  std::vector<std::size_t> longer{};
};

// An irregular series has none but those that are named.
[[nodiscard]] SeriesSeasons series_seasons(const interop::FileSeries& series,
                                           const SeriesHistory& history, const NamedSeasons& named);

}  // namespace shelduck::cli
