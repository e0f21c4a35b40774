#include "shelduck/cli/history_answer.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "shelduck/cli/cell.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/interop/step_quality.hpp"

namespace shelduck::cli {
namespace {

std::string text_of(const Document& document, std::string_view member) {
  const std::string* text = member_at(document, member).text();
  return text == nullptr ? std::string{} : *text;
}

// The inner objects of every execution, each with the plugin it belongs to.
Document::Array with_plugin(const Document::Array& executions, std::string_view member) {
  Document::Array rows;
  for (const Document& execution : executions) {
    const Document::Array* inner = member_at(execution, member).elements();
    if (inner == nullptr) continue;
    for (const Document& element : *inner) {
      Document row = element;
      row.set("plugin_name", member_at(execution, "plugin_name"));
      row.set("item", member_at(execution, "item"));
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

Table run_table(const Document& run) {
  return {.columns = {{"run_id", "run", Cell::id},
                      {"start_time", "started (UTC)", Cell::instant},
                      {"end_time", "ended (UTC)", Cell::instant, 2},
                      {"status", "status", Cell::status},
                      {"wall_clock_seconds", "took", Cell::seconds},
                      {"hostname", "host", Cell::text, 3},
                      {"username", "user", Cell::text, 4},
                      {"source_id", "source", Cell::text, 5}},
          .rows = {run}};
}

Table executions_table(const Document::Array& executions) {
  return {.heading = "executions",
          .columns = {{"plugin_name", "plugin"},
                      {"item", "item", Cell::text, 1},
                      {"status", "status", Cell::status},
                      {"start_time", "started (UTC)", Cell::instant, 3},
                      {"wall_clock_seconds", "took", Cell::seconds},
                      {"packages_updated", "packages", Cell::count, 4},
                      {"exit_code", "exit", Cell::count, 5},
                      {"source", "source", Cell::text, 7},
                      {"covered_by", "covered by", Cell::id, 8},
                      {"error_message", "error", Cell::text, 2}},
          .rows = executions};
}

// What the figures of the table are called together where their source is told.
struct QualityWord {
  std::string_view metric;
  std::string_view word;
};
constexpr std::array<QualityWord, 8> kQualityWords{{{"wall_clock_seconds", "time"},
                                                    {"cpu_user_seconds", "CPU"},
                                                    {"cpu_kernel_seconds", "CPU"},
                                                    {"memory_peak_bytes", "memory"},
                                                    {"io_read_bytes", "I/O"},
                                                    {"io_write_bytes", "I/O"},
                                                    {"download_size_bytes", "download"},
                                                    {"network_rx_bytes", "network"}}};

// "time by monotonic; CPU, memory by wait4; download by declared", in the order of the record.
std::string source_words(const interop::StepQuality& quality) {
  std::vector<std::pair<std::string, std::string>> words_by_source;
  for (const auto& [metric, source] : quality.sources) {
    const auto known = std::ranges::find(kQualityWords, metric, &QualityWord::metric);
    if (known == kQualityWords.end()) continue;
    auto same =
        std::ranges::find(words_by_source, source, &std::pair<std::string, std::string>::first);
    if (same == words_by_source.end()) {
      words_by_source.emplace_back(source, known->word);
    } else if (!same->second.ends_with(known->word)) {
      same->second += ", " + std::string(known->word);
    }
  }
  std::string words;
  for (const auto& [source, metrics] : words_by_source) {
    words += (words.empty() ? "" : "; ") + metrics + " by " + source;
  }
  return words;
}

std::string quality_words(const std::string& recorded) {
  const interop::StepQuality quality = interop::parse_quality(recorded);
  std::string words = source_words(quality);
  const auto add = [&](const std::string& more) { words += (words.empty() ? "" : "; ") + more; };
  if (quality.processes_left_behind) {
    add("processes left behind: " +
        cell_text(Document{*quality.processes_left_behind}, Cell::count));
  }
  if (quality.clock_jump_seconds) {
    add("clock moved by " + human_duration(Seconds{*quality.clock_jump_seconds}));
  }
  return words;
}

// What a record says of its figures is JSON: people get words.
Document::Array with_quality_in_words(Document::Array steps) {
  for (Document& step : steps) {
    const std::string words = quality_words(text_of(step, "quality"));
    step.set("quality", words.empty() ? Document{} : Document{words});
  }
  return steps;
}

Table steps_table(const Document::Array& executions) {
  return {.heading = "steps",
          .columns = {{"plugin_name", "plugin"},
                      {"step_name", "step"},
                      {"phase", "phase", Cell::text, 2},
                      {"wall_clock_seconds", "took", Cell::seconds},
                      {"cpu_user_seconds", "CPU user", Cell::seconds, 3},
                      {"cpu_kernel_seconds", "CPU kernel", Cell::seconds, 4},
                      {"memory_peak_bytes", "peak memory", Cell::bytes, 1},
                      {"io_read_bytes", "read", Cell::bytes, 6},
                      {"io_write_bytes", "written", Cell::bytes, 6},
                      {"download_size_bytes", "download", Cell::bytes, 5},
                      {"quality", "measured", Cell::text, 7}},
          .rows = with_quality_in_words(with_plugin(executions, "steps"))};
}

Table estimates_table(const Document::Array& executions) {
  return {.heading = "estimates",
          .columns = {{"plugin_name", "plugin"},
                      {"phase", "phase", Cell::text, 1},
                      {"wall_seconds_est", "time", Cell::seconds},
                      {"cpu_seconds_est", "CPU", Cell::seconds, 2},
                      {"memory_bytes_est", "memory", Cell::bytes, 3},
                      {"download_bytes_est", "download", Cell::bytes},
                      {"package_count_est", "packages", Cell::count, 4},
                      {"confidence", "confidence", Cell::share, 5}},
          .rows = with_plugin(executions, "estimates")};
}

// Rows of values in their own unit: each listed member is written by the unit of `measure`.
Document::Array with_units(const Document::Array& rows, std::string_view measure,
                           const std::vector<std::string_view>& members) {
  Document::Array written;
  for (const Document& row : rows) {
    Document copy = row;
    const Cell cell = cell_of_measure(text_of(row, measure));
    for (const std::string_view member : members) {
      copy.set(member, cell_text(member_at(row, member), cell));
    }
    written.push_back(std::move(copy));
  }
  return written;
}

// A person looks for the days on which something happened.
Document::Array busy_days(const Document::Array& days) {
  Document::Array busy;
  for (const Document& day : days) {
    const bool is_idle = member_at(day, "executions") == Document{0} &&
                         cell_text(member_at(day, "wall_clock_seconds"), Cell::number) == "0";
    if (!is_idle) busy.push_back(day);
  }
  return busy;
}

}  // namespace

Answer runs_answer(Document document) {
  Answer answer = list_answer(std::move(document), "runs",
                              {"run_id", "source_id", "start_time", "end_time", "hostname",
                               "username", "status", "executions", "wall_clock_seconds"});
  answer.tables.push_back({.columns = {{"run_id", "run", Cell::id},
                                       {"start_time", "started (UTC)", Cell::instant},
                                       {"status", "status", Cell::status},
                                       {"executions", "executions", Cell::count, 2},
                                       {"wall_clock_seconds", "took", Cell::seconds, 1},
                                       {"source_id", "source", Cell::text, 3},
                                       {"hostname", "host", Cell::text, 4},
                                       {"username", "user", Cell::text, 5}},
                           .rows = answer.rows});
  if (const std::string next = text_of(answer.document, "next"); !next.empty()) {
    answer.notes.push_back("there are older runs: go on with --next " + next);
  }
  return answer;
}

Answer run_answer(Document document) {
  Answer answer = list_answer(
      std::move(document), "executions",
      {"execution_id", "plugin_name", "item", "attempt", "status", "start_time", "end_time",
       "wall_clock_seconds", "packages_updated", "packages_total", "exit_code", "error_message"});
  answer.tables = {run_table(answer.document), executions_table(answer.rows),
                   steps_table(answer.rows), estimates_table(answer.rows)};
  return answer;
}

Answer stats_answer(Document document) {
  std::vector<std::string> columns{"plugin_name",
                                   "executions",
                                   "success",
                                   "failed",
                                   "skipped",
                                   "timeout",
                                   "interrupted",
                                   "success_rate",
                                   "wall_clock_seconds_mean",
                                   "wall_clock_seconds_median",
                                   "wall_clock_seconds_p95",
                                   "cpu_seconds_mean",
                                   "memory_peak_bytes_max",
                                   "download_size_bytes_total",
                                   "first_execution",
                                   "last_execution"};
  Answer answer = list_answer(std::move(document), "plugins", std::move(columns));
  const bool is_split = !answer.rows.empty() && answer.rows.front().find("item") != nullptr;
  if (is_split) answer.columns.insert(answer.columns.begin() + 1, "item");
  answer.tables.push_back({.columns = {{"plugin_name", "plugin"},
                                       {"item", "item", Cell::text, is_split ? 0 : 1},
                                       {"executions", "runs", Cell::count},
                                       {"failed", "failed", Cell::count, 5},
                                       {"success_rate", "success", Cell::share, 1},
                                       {"wall_clock_seconds_mean", "mean", Cell::seconds, 3},
                                       {"wall_clock_seconds_median", "median", Cell::seconds},
                                       {"wall_clock_seconds_p95", "p95", Cell::seconds, 2},
                                       {"cpu_seconds_mean", "CPU mean", Cell::seconds, 6},
                                       {"memory_peak_bytes_max", "peak memory", Cell::bytes, 7},
                                       {"download_size_bytes_total", "download", Cell::bytes, 8},
                                       {"last_execution", "last (UTC)", Cell::date, 4}},
                           .rows = answer.rows});
  return answer;
}

Answer daily_answer(Document document) {
  const std::string zone = text_of(document, "tz");
  Answer answer = list_answer(std::move(document), "days",
                              {"date", "executions", "success", "failed", "skipped", "timeout",
                               "interrupted", "wall_clock_seconds"});
  answer.tables.push_back({.heading = "days in " + zone,
                           .columns = {{"date", "date", Cell::date},
                                       {"executions", "executions", Cell::count},
                                       {"success", "success", Cell::count},
                                       {"failed", "failed", Cell::count},
                                       {"skipped", "skipped", Cell::count, 3},
                                       {"timeout", "timeout", Cell::count, 2},
                                       {"interrupted", "interrupted", Cell::count, 1},
                                       {"wall_clock_seconds", "took", Cell::seconds}},
                           .rows = busy_days(answer.rows)});
  return answer;
}

Answer trend_answer(const history::Trend& trend) {
  const Cell cell = cell_of_measure(trend.metric);
  Answer answer = list_answer(document(trend), "points",
                              {"bucket_start", "count", "mean", "min", "max", "p95"});
  Document::Array rows = answer.rows;
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].set("from", trend.points[i].local_date);
  answer.tables.push_back({.heading = trend.metric + " of " + trend.plugin_name + " by " +
                                      trend.granularity + " in " + trend.zone,
                           .columns = {{"from", "from"},
                                       {"count", "count", Cell::count},
                                       {"mean", "mean", cell},
                                       {"min", "least", cell, 1},
                                       {"max", "greatest", cell, 2},
                                       {"p95", "p95", cell}},
                           .rows = std::move(rows)});
  return answer;
}

Answer series_answer(Document document) {
  const std::string target = text_of(document, "target");
  const std::string heading = target + " of " + text_of(document, "plugin_name");
  Answer answer =
      list_answer(std::move(document), "points",
                  {"start_time", "value", "status", "packages_updated", "download_size_bytes"});
  answer.tables.push_back({.heading = heading,
                           .columns = {{"start_time", "started (UTC)", Cell::instant},
                                       {"value", "value", cell_of_measure(target)},
                                       {"status", "status", Cell::status},
                                       {"packages_updated", "packages", Cell::count, 1},
                                       {"download_size_bytes", "download", Cell::bytes, 2}},
                           .rows = answer.rows});
  return answer;
}

Answer accuracy_answer(Document document) {
  Answer answer = list_answer(std::move(document), "rows",
                              {"plugin_name", "phase", "target", "estimates", "bias",
                               "mean_absolute_error", "mean_absolute_log_error", "pinball_loss"});
  answer.tables.push_back(
      {.columns = {{"plugin_name", "plugin"},
                   {"phase", "phase", Cell::text, 2},
                   {"target", "target"},
                   {"estimates", "estimates", Cell::count},
                   {"bias", "bias", Cell::figure},
                   {"mean_absolute_error", "mean error", Cell::figure},
                   {"mean_absolute_log_error", "mean log error", Cell::number, 3},
                   {"pinball_loss", "pinball loss", Cell::figure, 1}},
       .rows = with_units(answer.rows, "target", {"bias", "mean_absolute_error", "pinball_loss"})});
  return answer;
}

}  // namespace shelduck::cli
