#include "shelduck/history/trend_query.hpp"

#include "shelduck/history/known_plugin.hpp"
#include "shelduck/history/known_word.hpp"
#include "shelduck/history/report_zone.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

// `metric` is one of kTrendMetrics, each of which is a column of the view.
std::string trend_sql(std::string_view metric) {
  return R"sql(
SELECT timezone($1::VARCHAR, bucket - to_microseconds($2::BIGINT)), strftime(bucket, '%Y-%m-%d'),
       count(*), avg(value), min(value), max(value), quantile_cont(value, 0.95)
FROM (
  SELECT date_trunc($3::VARCHAR, timezone($1::VARCHAR, start_time) + to_microseconds($2::BIGINT))
           AS bucket, )sql" +
         std::string(metric) + R"sql(::DOUBLE AS value
  FROM executions
  WHERE plugin_name = $4 AND status = 'success' AND start_time >= $5
)
WHERE value IS NOT NULL
GROUP BY bucket
ORDER BY bucket
)sql";
}

}  // namespace

Trend ask(store::Connection& connection, const TrendOptions& options) {
  const std::string_view metric = known_word("metric", options.metric, kTrendMetrics);
  const std::string_view granularity =
      known_word("granularity", options.granularity, kGranularities);
  const Instant since = window_start(options.days, options.now);
  const ReportZone zone = report_zone(connection, options.zone);
  Trend trend{.plugin_name = known_plugin(connection, options.plugin),
              .metric = std::string(metric),
              .granularity = std::string(granularity),
              .zone = zone.name,
              .points = {}};
  for (const store::Row row :
       connection.query(trend_sql(metric),
                        {zone.region, zone.shift.count(), granularity, trend.plugin_name, since})) {
    trend.points.push_back({.bucket_start = row.get<Instant>(0),
                            .local_date = row.get<std::string>(1),
                            .count = row.get<std::int64_t>(2),
                            .mean = row.get<double>(3),
                            .min = row.get<double>(4),
                            .max = row.get<double>(5),
                            .p95 = row.get<double>(6)});
  }
  return trend;
}

Document document(const Trend& trend) {
  Document points = Document::array();
  for (const TrendPoint& point : trend.points) {
    Document one = Document::object();
    one.set("bucket_start", point.bucket_start).set("count", point.count);
    one.set("mean", point.mean).set("min", point.min).set("max", point.max).set("p95", point.p95);
    points.add(std::move(one));
  }
  Document object = Document::object();
  object.set("plugin_name", trend.plugin_name).set("metric", trend.metric);
  object.set("granularity", trend.granularity).set("points", std::move(points));
  return object;
}

}  // namespace shelduck::history
