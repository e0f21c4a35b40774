#include "shelduck/cli/series_seasons.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "shelduck/cli/series_request.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/forecast/filling.hpp"
#include "shelduck/forecast/outliers.hpp"
#include "shelduck/forecast/seasonal/season_search.hpp"
#include "shelduck/forecast/series.hpp"
#include "shelduck/interop/series_rhythm.hpp"

namespace shelduck::cli {
namespace {

constexpr std::string_view kFound = "auto";
constexpr std::size_t kSeasonMax = 1'000'000;
constexpr std::size_t kSeasonsNamedMax = 4;

// Steps that nearly always are those of a day (an hour to a minute), also where times are numbers.
constexpr std::array<std::size_t, 6> kDays{24, 48, 96, 144, 288, 1440};

[[noreturn]] void refuse_season(const std::string& word) {
  throw Error{ErrorKind::invalid_input,
              "'" + word + "' is no season",
              {.field = "--season",
               .value = word,
               .rule = "steps from 1 to 1000000, up to four with commas; 1 alone for none; or auto",
               .hint = "--season 24,168"}};
}

std::size_t season_named(const std::string& word) {
  std::size_t season = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), season);
  const bool is_whole = failure == std::errc{} && end == word.data() + word.size();
  if (is_whole && season >= 1 && season <= kSeasonMax) return season;
  refuse_season(word);
}

std::vector<std::size_t> found_seasons(const interop::FileSeries& series,
                                       const SeriesHistory& history) {
  if (history.is_irregular) return {};
  const auto known = forecast::up_to_last_known(forecast::from_first_known(history.whole.values));
  const auto is_usable = [](double value) { return !(std::abs(value) > forecast::kMagnitudeMax); };
  if (known.empty() || !std::ranges::all_of(known, is_usable)) return {};
  std::vector<std::size_t> likely;
  if (history.rhythm.kind != interop::TimeKind::index) {
    likely = interop::calendar_seasons(history.rhythm);
  }
  const auto of_file = static_cast<std::size_t>(series.period.value_or(1));
  likely.push_back(of_file);
  if (std::ranges::find(kDays, of_file) != kDays.end()) likely.push_back(7 * of_file);
  const std::vector<double> whole = forecast::filled(known, forecast::Fill::linear);
  return forecast::seasons_of(with_replacements(whole, forecast::giant_outliers(whole)), likely);
}

}  // namespace

NamedSeasons named_seasons(const Request& request) {
  const std::string text{request.arguments.value("season").value()};
  if (text == kFound) return {};
  NamedSeasons named;
  for (const std::string& word : words_of(text)) named.push_back(season_named(word));
  if (named.empty()) named.push_back(season_named(text));
  std::ranges::sort(named);
  const auto twice = std::ranges::unique(named);
  named.erase(twice.begin(), twice.end());
  if (named.size() > kSeasonsNamedMax || (named.size() > 1 && named.front() == 1)) {
    refuse_season(text);
  }
  return named;
}

SeriesSeasons series_seasons(const interop::FileSeries& series, const SeriesHistory& history,
                             const NamedSeasons& named) {
  std::vector<std::size_t> seasons = named.empty() ? found_seasons(series, history) : named;
  const auto of_file =
      static_cast<std::size_t>(std::max<std::int64_t>(1, series.period.value_or(1)));
  if (named.empty() && of_file > 1) {
    std::erase_if(seasons, [&](std::size_t season) { return season <= of_file; });
    seasons.insert(seasons.begin(), of_file);
  }
  if (seasons.empty()) return {};
  return {.period = seasons.front(), .longer = {seasons.begin() + 1, seasons.end()}};
}

}  // namespace shelduck::cli
