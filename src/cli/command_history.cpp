#include "shelduck/cli/command_history.hpp"

#include <limits>

#include "shelduck/cli/history_answer.hpp"
#include "shelduck/history/accuracy_query.hpp"
#include "shelduck/history/daily_query.hpp"
#include "shelduck/history/runs_query.hpp"
#include "shelduck/history/series_query.hpp"
#include "shelduck/history/show_query.hpp"
#include "shelduck/history/stats_query.hpp"
#include "shelduck/history/trend_query.hpp"

namespace shelduck::cli {
namespace {

int whole_number(const Request& request, std::string_view option) {
  const std::int64_t value = request.arguments.whole_number(option).value();
  return static_cast<int>(std::min<std::int64_t>(value, std::numeric_limits<int>::max()));
}

std::string text(const Request& request, std::string_view option) {
  return request.arguments.value(option).value();
}

std::string plugin(const Request& request) {
  return request.arguments.positional("PLUGIN").value();
}

std::string nothing_found(const Request& request) {
  const std::string days = text(request, "days");
  return "nothing in the last " + (days == "1" ? "day" : days + " days");
}

// A note for an answer without rows, where a person would see nothing at all.
Answer noted(Answer answer, const Request& request) {
  if (answer.rows.empty() && request.arguments.has("days")) {
    answer.notes.push_back(nothing_found(request));
  }
  return answer;
}

history::StatsOptions stats_options(const Request& request) {
  return {.plugin = request.arguments.positional("PLUGIN"),
          .days = whole_number(request, "days"),
          .now = request.clock(),
          .split = request.arguments.has("by") ? history::StatsSplit::item
                                               : history::StatsSplit::plugin};
}

history::TrendOptions trend_options(const Request& request) {
  return {.plugin = plugin(request),
          .metric = text(request, "metric"),
          .granularity = text(request, "granularity"),
          .days = whole_number(request, "days"),
          .now = request.clock(),
          .zone = text(request, "tz")};
}

history::SeriesOptions series_options(const Request& request) {
  return {.plugin = plugin(request),
          .target = text(request, "target"),
          .days = whole_number(request, "days"),
          .now = request.clock()};
}

}  // namespace

Answer list_runs(const Request& request, Inquiry& inquiry) {
  const history::RunsOptions options{
      .limit = whole_number(request, "limit"),
      .cursor = request.arguments.value("next"),
      .since = history::window_start(whole_number(request, "days"), request.clock())};
  return noted(runs_answer(document(ask(inquiry.connection, options))), request);
}

Answer list_no_runs(const Request&) { return runs_answer(document(history::Runs{})); }

Answer show_run(const Request& request, Inquiry& inquiry) {
  const history::ShowOptions options{.id = request.arguments.positional("ID").value()};
  return run_answer(document(ask(inquiry.connection, options)));
}

Answer show_stats(const Request& request, Inquiry& inquiry) {
  return noted(stats_answer(document(ask(inquiry.connection, stats_options(request)))), request);
}

Answer show_no_stats(const Request& request) {
  return stats_answer(document(history::Stats{.days = whole_number(request, "days"),
                                              .split = stats_options(request).split,
                                              .plugins = {}}));
}

Answer show_daily(const Request& request, Inquiry& inquiry) {
  const history::DailyOptions options{
      .days = whole_number(request, "days"), .now = request.clock(), .zone = text(request, "tz")};
  Answer answer = daily_answer(document(ask(inquiry.connection, options)));
  if (answer.tables.front().rows.empty()) {
    answer.notes.push_back(nothing_found(request));
  }
  return answer;
}

Answer show_no_daily(const Request& request) {
  return daily_answer(document(history::Daily{.zone = text(request, "tz"), .days = {}}));
}

Answer show_trend(const Request& request, Inquiry& inquiry) {
  return noted(trend_answer(ask(inquiry.connection, trend_options(request))), request);
}

Answer show_no_trend(const Request& request) {
  const history::TrendOptions options = trend_options(request);
  return trend_answer({.plugin_name = options.plugin,
                       .metric = options.metric,
                       .granularity = options.granularity,
                       .zone = options.zone,
                       .points = {}});
}

Answer show_series(const Request& request, Inquiry& inquiry) {
  return noted(series_answer(document(ask(inquiry.connection, series_options(request)))), request);
}

Answer show_no_series(const Request& request) {
  const history::SeriesOptions options = series_options(request);
  return series_answer(document(
      history::Series{.plugin_name = options.plugin, .target = options.target, .points = {}}));
}

Answer show_accuracy(const Request& request, Inquiry& inquiry) {
  const history::AccuracyOptions options{.plugin = request.arguments.positional("PLUGIN"),
                                         .days = whole_number(request, "days"),
                                         .now = request.clock()};
  Answer answer = accuracy_answer(document(ask(inquiry.connection, options)));
  if (answer.rows.empty()) answer.notes.emplace_back("no estimate has met its truth yet");
  return answer;
}

Answer show_no_accuracy(const Request&) { return accuracy_answer(document(history::Accuracy{})); }

}  // namespace shelduck::cli
