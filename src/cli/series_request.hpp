// What the commands on files of series have in common on their command line.
//
//   interop::SeriesFile file = open_series(request);
//   for (const double level : levels_of(request)) ...
//
// Failure: Error invalid_input that names the option, the value and the rule.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/request.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/forecast/intervals/refit_scores.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/select.hpp"
#include "shelduck/interop/series_file.hpp"

namespace shelduck::cli {

// FILE, or TABLE of it, with the columns that --id, --time, --value and --covariates name.
[[nodiscard]] interop::SeriesFile open_series(const Request& request);

// Work on FILE, and what it demands of its columns before a row is read.
struct SeriesWork {
  std::function<void(const interop::SeriesFile&)> check_columns;  // throws
  std::function<Answer(const Request&)> answer;
};

// Does work that reads FILE. Where that is refused, not for its columns, and an id of it comes
// back, the work is done once more on the sorted rows. A file that can be read only once stays
// refused.
[[nodiscard]] Answer on_whole_series(const Request& request, const SeriesWork& work);

// Throws where FILE is a pipe or the like, which is empty at a second reading.
void require_file_to_reread(const Request& request);

// "a,b" as words; an empty text has none.
[[nodiscard]] std::vector<std::string> words_of(std::string_view list, char separator = ',');

// What forecasts: a model, or several that are combined.
struct Method {
  std::string name;  // as the user wrote it
  std::vector<forecast::RegularModel> models{};
  forecast::RegularModel within = forecast::RegularModel::exponential_smoothing;  // of mstl
  // What sees times and covariates: of irregular series, of all where there are no models.
  std::optional<forecast::ModelKind> of_runs{};

  [[nodiscard]] std::optional<forecast::ModelKind> runs_model(bool is_irregular) const {
    return is_irregular || models.empty() ? of_runs : std::nullopt;
  }
  // Where steps are equal.
  [[nodiscard]] bool knows_covariates() const {
    return !models.empty() && std::ranges::all_of(models, forecast::knows_covariates);
  }
};

// The models that see times and covariates, and have no other.
inline constexpr std::array kRunModels{forecast::ModelKind::regression,
                                       forecast::ModelKind::recent_median};

// --covariates, each once, as CSV writes names: a,"b,c"; refused where no method uses them.
[[nodiscard]] std::vector<std::string> covariates_of(const Request& request,
                                                     std::span<const Method> methods);

// "theta", "auto", "ensemble=ces+dotm", or "mstl=theta": theta within mstl.
[[nodiscard]] Method method_named(std::string_view option, const std::string& name);

// When the scores of a series may be pooled: dates and instants say what came first, numbers 1, 2,
// 3 of one series nothing about another (empty: at any time).
[[nodiscard]] std::span<const std::int64_t> pooling_times(std::span<const std::int64_t> times,
                                                          interop::TimeKind kind);

// --level as fractions, in the order given, each once.
[[nodiscard]] std::vector<double> levels_of(const Request& request);

// --interval.
[[nodiscard]] forecast::IntervalMethod interval_method(const Request& request);

// --timeout; nothing: as long as it takes.
[[nodiscard]] std::optional<Seconds> timeout_of(const Request& request);

// 0.995 is 99.5, without what a fraction leaves behind.
[[nodiscard]] double percent_of(double level);

// 0.9 is "90", 0.995 is "99.5".
[[nodiscard]] std::string percent_text(double level);

// 0.9 is "90", 0.995 is "99_5": what stands in the names of members and columns.
[[nodiscard]] std::string level_word(double level);

// Rows of a file that are worked on together: few enough for a small board, enough for all threads.
inline constexpr std::size_t kRowsTogether = 65536;

// --threads, else as many as there are processors.
[[nodiscard]] std::size_t threads_of(const Request& request);

[[nodiscard]] std::optional<std::size_t> size_option(const Request& request, std::string_view name);

}  // namespace shelduck::cli
