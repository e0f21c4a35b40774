#include "shelduck/history/series_query.hpp"

#include "shelduck/history/known_plugin.hpp"
#include "shelduck/history/known_word.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

// `target` is one of kTargets, each of which is a column of the view.
std::string series_sql(std::string_view target) {
  return "SELECT start_time, " + std::string(target) + R"sql(::DOUBLE, status, packages_updated,
       download_size_bytes
FROM executions
WHERE plugin_name = $1 AND start_time >= $2
ORDER BY start_time, execution_id
)sql";
}

}  // namespace

Series ask(store::Connection& connection, const SeriesOptions& options) {
  const std::string_view target = known_word("target", options.target, kTargets);
  const Instant since = window_start(options.days, options.now);
  Series series{.plugin_name = known_plugin(connection, options.plugin),
                .target = std::string(target),
                .points = {}};
  for (const store::Row row : connection.query(series_sql(target), {series.plugin_name, since})) {
    series.points.push_back(
        {.start_time = row.get<Instant>(0),
         .value = row.get<std::optional<double>>(1),
         .status = parse_status(row.get<std::string_view>(2)).value_or(Status::pending),
         .packages_updated = row.get<std::optional<std::int64_t>>(3),
         .download_size_bytes = row.get<std::optional<std::int64_t>>(4)});
  }
  return series;
}

Document document(const Series& series) {
  Document points = Document::array();
  for (const SeriesPoint& point : series.points) {
    Document one = Document::object();
    one.set("start_time", point.start_time).set("value", point.value);
    one.set("status", to_string(point.status)).set("packages_updated", point.packages_updated);
    one.set("download_size_bytes", point.download_size_bytes);
    points.add(std::move(one));
  }
  Document object = Document::object();
  object.set("plugin_name", series.plugin_name).set("target", series.target);
  object.set("points", std::move(points));
  return object;
}

}  // namespace shelduck::history
