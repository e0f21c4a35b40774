#include "shelduck/history/stats_query.hpp"

#include "shelduck/history/known_plugin.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

constexpr std::string_view kStatsSql = R"sql(
WITH asked AS (
  SELECT plugin_name, CASE WHEN $3::BOOLEAN THEN item END AS item, status, start_time, wall_clock_seconds,
         cpu_seconds, memory_peak_bytes, download_size_bytes
  FROM executions
  WHERE start_time >= $1 AND ($2::VARCHAR IS NULL OR plugin_name = $2)
)
SELECT plugin_name, item, count(*),
       count(*) FILTER (status = 'success') AS success,
       count(*) FILTER (status = 'failed') AS failed,
       count(*) FILTER (status = 'skipped'),
       count(*) FILTER (status = 'timeout') AS timeout,
       count(*) FILTER (status = 'interrupted') AS interrupted,
       success / nullif(success + failed + timeout + interrupted, 0),
       avg(wall_clock_seconds) FILTER (status = 'success'),
       median(wall_clock_seconds) FILTER (status = 'success'),
       quantile_cont(wall_clock_seconds, 0.95) FILTER (status = 'success'),
       avg(cpu_seconds) FILTER (status = 'success'),
       max(memory_peak_bytes), sum(download_size_bytes), min(start_time), max(start_time)
FROM asked
GROUP BY plugin_name, item
ORDER BY plugin_name, item NULLS FIRST
)sql";

PluginStats read_stats(const store::Row& row) {
  return {.plugin_name = row.get<std::string>(0),
          .item = row.get<std::optional<std::string>>(1),
          .counts = {.executions = row.get<std::int64_t>(2),
                     .success = row.get<std::int64_t>(3),
                     .failed = row.get<std::int64_t>(4),
                     .skipped = row.get<std::int64_t>(5),
                     .timeout = row.get<std::int64_t>(6),
                     .interrupted = row.get<std::int64_t>(7)},
          .success_rate = row.get<std::optional<double>>(8),
          .wall_clock_seconds_mean = row.get<std::optional<double>>(9),
          .wall_clock_seconds_median = row.get<std::optional<double>>(10),
          .wall_clock_seconds_p95 = row.get<std::optional<double>>(11),
          .cpu_seconds_mean = row.get<std::optional<double>>(12),
          .memory_peak_bytes_max = row.get<std::optional<std::int64_t>>(13),
          .download_size_bytes_total = row.get<std::optional<std::int64_t>>(14),
          .first_execution = row.get<Instant>(15),
          .last_execution = row.get<Instant>(16)};
}

Document document(const PluginStats& stats, StatsSplit split) {
  Document one = Document::object();
  one.set("plugin_name", stats.plugin_name);
  if (split == StatsSplit::item) one.set("item", stats.item);
  describe(one, stats.counts);
  one.set("success_rate", stats.success_rate);
  one.set("wall_clock_seconds_mean", stats.wall_clock_seconds_mean);
  one.set("wall_clock_seconds_median", stats.wall_clock_seconds_median);
  one.set("wall_clock_seconds_p95", stats.wall_clock_seconds_p95);
  one.set("cpu_seconds_mean", stats.cpu_seconds_mean);
  one.set("memory_peak_bytes_max", stats.memory_peak_bytes_max);
  one.set("download_size_bytes_total", stats.download_size_bytes_total);
  one.set("first_execution", stats.first_execution).set("last_execution", stats.last_execution);
  return one;
}

}  // namespace

Stats ask(store::Connection& connection, const StatsOptions& options) {
  const Instant since = window_start(options.days, options.now);
  std::optional<std::string> plugin;
  if (options.plugin) plugin = known_plugin(connection, *options.plugin);
  Stats stats{.days = options.days, .split = options.split, .plugins = {}};
  const bool is_split = options.split == StatsSplit::item;
  for (const store::Row row : connection.query(kStatsSql, {since, plugin, is_split})) {
    stats.plugins.push_back(read_stats(row));
  }
  return stats;
}

Document document(const Stats& stats) {
  Document plugins = Document::array();
  for (const PluginStats& each : stats.plugins) plugins.add(document(each, stats.split));
  return Document::object().set("days", stats.days).set("plugins", std::move(plugins));
}

}  // namespace shelduck::history
