#include "shelduck/history/accuracy_query.hpp"

#include "shelduck/history/known_plugin.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

constexpr std::string_view kAccuracySql = R"sql(
WITH judged AS MATERIALIZED (
  SELECT * FROM estimate_accuracy
  WHERE start_time >= $1 AND ($2::VARCHAR IS NULL OR plugin_name = $2)
), pairs AS (
  SELECT plugin_name, phase, 1 AS place, 'wall_clock_seconds' AS target,
         wall_seconds_est AS claim, wall_clock_seconds AS truth FROM judged
  UNION ALL
  SELECT plugin_name, phase, 2, 'cpu_seconds', cpu_seconds_est, cpu_seconds FROM judged
  UNION ALL
  SELECT plugin_name, phase, 3, 'memory_peak_bytes', memory_bytes_est, memory_peak_bytes FROM judged
  UNION ALL
  SELECT plugin_name, phase, 4, 'download_size_bytes', download_bytes_est, download_size_bytes
  FROM judged
)
SELECT plugin_name, phase, target, count(*), avg(claim - truth), avg(abs(claim - truth)),
       avg(CASE WHEN claim > 0 AND truth > 0 THEN abs(ln(claim / truth)) END), avg(0.5 * abs(claim - truth))
FROM pairs
WHERE claim IS NOT NULL AND truth IS NOT NULL
GROUP BY plugin_name, phase, place, target
ORDER BY plugin_name, phase, place
)sql";

}  // namespace

Accuracy ask(store::Connection& connection, const AccuracyOptions& options) {
  const Instant since = window_start(options.days, options.now);
  std::optional<std::string> plugin;
  if (options.plugin) plugin = known_plugin(connection, *options.plugin);
  Accuracy accuracy;
  for (const store::Row row : connection.query(kAccuracySql, {since, plugin})) {
    accuracy.rows.push_back(
        {.plugin_name = row.get<std::string>(0),
         .phase = parse_phase(row.get<std::string_view>(1)).value_or(Phase::execute),
         .target = row.get<std::string>(2),
         .estimates = row.get<std::int64_t>(3),
         .bias = row.get<double>(4),
         .mean_absolute_error = row.get<double>(5),
         .mean_absolute_log_error = row.get<std::optional<double>>(6),
         .pinball_loss = row.get<double>(7)});
  }
  return accuracy;
}

Document document(const Accuracy& accuracy) {
  Document rows = Document::array();
  for (const AccuracyRow& row : accuracy.rows) {
    Document one = Document::object();
    one.set("plugin_name", row.plugin_name).set("phase", to_string(row.phase));
    one.set("target", row.target).set("estimates", row.estimates).set("bias", row.bias);
    one.set("mean_absolute_error", row.mean_absolute_error);
    one.set("mean_absolute_log_error", row.mean_absolute_log_error);
    one.set("pinball_loss", row.pinball_loss);
    rows.add(std::move(one));
  }
  return Document::object().set("rows", std::move(rows));
}

}  // namespace shelduck::history
