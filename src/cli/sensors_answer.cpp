#include "shelduck/cli/sensors_answer.hpp"

#include <array>
#include <string>
#include <utility>

#include "shelduck/cli/cell.hpp"

namespace shelduck::cli {
namespace {

// Two of 100 000 rows share these once in a while; `drop` says so then.
constexpr std::size_t kShownIdDigits = 8;
constexpr std::uint64_t kGreatestNumber = (std::uint64_t{1} << 53U) - 1;

// As the domain's own JSON has it.
Document address_of(std::uint64_t address) {
  if (address > kGreatestNumber) return std::to_string(address);
  return static_cast<std::int64_t>(address);
}

Document reading_row(const sensors::Reading& reading) {
  Document row = Document::object();
  row.set("node_address", address_of(reading.node_address))
      .set("timestamp", reading.timestamp)
      .set("temperature_celsius", reading.temperature_centidegrees / 100.0)
      .set("humidity_percent", reading.humidity_centipercent / 100.0)
      .set("temperature_raw", reading.temperature_centidegrees)
      .set("humidity_raw", reading.humidity_centipercent)
      .set("flags", reading.flags)
      .set("received_at", reading.received_at);
  return row;
}

Table readings_table(const Document::Array& rows) {
  return {.columns = {{"timestamp", "time (UTC)", Cell::instant},
                      {"node_address", "node", Cell::count},
                      {"temperature_celsius", "degrees C", Cell::cents},
                      {"humidity_percent", "humidity %", Cell::cents},
                      {"flags", "flags", Cell::count, 1}},
          .rows = rows};
}

Document node_row(const sensors::NodeStatus& status) {
  Document row = Document::object();
  row.set("address", address_of(status.node.address))
      .set("label", status.node.label.empty() ? Document{} : Document{status.node.label})
      .set("first_seen_at", status.node.first_seen_at)
      .set("last_seen_at", status.node.newest.timestamp)
      .set("last_seen_seconds", status.last_seen_seconds)
      .set("total_readings", status.node.total_readings)
      .set("online", status.is_online);
  return row;
}

Document summary_row(std::string_view series, const sensors::Summary& summary) {
  Document row = Document::object();
  row.set("series", series).set("readings", summary.n);
  const std::array<std::pair<std::string_view, double>, 6> figures{{{"min", summary.min},
                                                                    {"max", summary.max},
                                                                    {"avg", summary.avg},
                                                                    {"p50", summary.p50},
                                                                    {"p95", summary.p95},
                                                                    {"p99", summary.p99}}};
  for (const auto& [name, value] : figures) {
    row.set(name, summary.n == 0 ? Document{} : Document{value});
  }
  return row;
}

Document finding(std::string_view kind, std::int64_t from, std::int64_t to) {
  Document row = Document::object();
  row.set("kind", kind).set("from", from).set("to", to);
  return row;
}

}  // namespace

Document::Array node_rows(const std::vector<sensors::NodeStatus>& nodes) {
  Document::Array rows;
  for (const sensors::NodeStatus& node : nodes) rows.push_back(node_row(node));
  return rows;
}

Answer nodes_answer(const std::vector<sensors::NodeStatus>& nodes) {
  Answer answer{.shape = Answer::Shape::list};
  answer.rows = node_rows(nodes);
  answer.columns = {"address",           "label",          "first_seen_at", "last_seen_at",
                    "last_seen_seconds", "total_readings", "online"};
  answer.tables.push_back({.columns = {{"address", "node", Cell::count},
                                       {"label", "label", Cell::text, 2},
                                       {"online", "online"},
                                       {"total_readings", "readings", Cell::count},
                                       {"first_seen_at", "first (UTC)", Cell::instant, 1},
                                       {"last_seen_at", "last (UTC)", Cell::instant}},
                           .rows = answer.rows});
  if (nodes.empty()) answer.notes.emplace_back("no node has sent a reading yet");
  return answer;
}

Answer readings_answer(const std::vector<sensors::Reading>& readings) {
  Answer answer{.shape = Answer::Shape::list};
  for (const sensors::Reading& reading : readings) answer.rows.push_back(reading_row(reading));
  answer.columns = {"node_address",     "timestamp", "temperature_celsius",
                    "humidity_percent", "flags",     "received_at"};
  answer.tables.push_back(readings_table(answer.rows));
  if (readings.empty()) answer.notes.emplace_back("no readings there");
  return answer;
}

Answer points_answer(const std::vector<sensors::SampledPoint>& points) {
  Answer answer{.shape = Answer::Shape::list};
  for (const sensors::SampledPoint& point : points) {
    Document row = Document::object();
    row.set("timestamp", point.timestamp)
        .set("temperature_celsius", point.temperature_celsius)
        .set("humidity_percent", point.humidity_percent)
        .set("flags", point.flags)
        .set("sample_count", point.sample_count);
    answer.rows.push_back(std::move(row));
  }
  answer.columns = {"timestamp", "temperature_celsius", "humidity_percent", "flags",
                    "sample_count"};
  answer.tables.push_back({.columns = {{"timestamp", "time (UTC)", Cell::instant},
                                       {"temperature_celsius", "degrees C", Cell::cents},
                                       {"humidity_percent", "humidity %", Cell::cents},
                                       {"sample_count", "readings", Cell::count}},
                           .rows = answer.rows});
  if (points.empty()) answer.notes.emplace_back("no readings there");
  return answer;
}

Answer statistics_answer(const sensors::Statistics& statistics) {
  Answer answer{.shape = Answer::Shape::list};
  answer.rows = {summary_row("temperature_celsius", statistics.temperature),
                 summary_row("humidity_percent", statistics.humidity)};
  answer.columns = {"series", "readings", "min", "max", "avg", "p50", "p95", "p99"};
  answer.tables.push_back({.columns = {{"series", "series"},
                                       {"readings", "readings", Cell::count},
                                       {"min", "least", Cell::cents},
                                       {"avg", "mean", Cell::cents},
                                       {"p50", "median", Cell::cents},
                                       {"p95", "p95", Cell::cents},
                                       {"p99", "p99", Cell::cents, 1},
                                       {"max", "greatest", Cell::cents}},
                           .rows = answer.rows});
  return answer;
}

Answer buckets_answer(const sensors::Buckets& buckets) {
  Answer answer{.shape = Answer::Shape::list};
  for (const sensors::Bucket& bucket : buckets.buckets) {
    Document row = Document::object();
    row.set("bucket_start", bucket.start).set("readings", bucket.temperature.n);
    for (const auto& [series, summary] :
         {std::pair{std::string{"temperature_"}, bucket.temperature},
          std::pair{std::string{"humidity_"}, bucket.humidity}}) {
      const Document inner = summary_row(series, summary);
      for (const std::string_view name : {"min", "max", "avg", "p50", "p95", "p99"}) {
        row.set(series + std::string(name), *inner.find(name));
      }
    }
    answer.rows.push_back(std::move(row));
  }
  answer.columns = {"bucket_start",    "readings",        "temperature_min", "temperature_max",
                    "temperature_avg", "temperature_p50", "temperature_p95", "temperature_p99",
                    "humidity_min",    "humidity_max",    "humidity_avg",    "humidity_p50",
                    "humidity_p95",    "humidity_p99"};
  answer.tables.push_back({.columns = {{"bucket_start", "from (UTC)", Cell::instant},
                                       {"readings", "readings", Cell::count},
                                       {"temperature_min", "least C", Cell::cents, 1},
                                       {"temperature_avg", "mean C", Cell::cents},
                                       {"temperature_p95", "p95 C", Cell::cents, 2},
                                       {"temperature_max", "greatest C", Cell::cents, 1},
                                       {"humidity_min", "least %", Cell::cents, 3},
                                       {"humidity_avg", "mean %", Cell::cents},
                                       {"humidity_max", "greatest %", Cell::cents, 3}},
                           .rows = answer.rows});
  if (answer.rows.empty()) answer.notes.emplace_back("no readings there");
  return answer;
}

Answer quality_answer(const sensors::Quality& quality) {
  Answer answer{.shape = Answer::Shape::list};
  Document::Array told;  // for people: the same in words
  const auto add = [&](Document row, const std::string& what) {
    answer.rows.push_back(row);
    told.push_back(std::move(row.set("what", what)));
  };
  for (const sensors::Gap& gap : quality.gaps) {
    add(finding("gap", gap.from, gap.to).set("missing", gap.missing),
        std::to_string(gap.missing) +
            (gap.missing == 1 ? " reading is missing" : " readings are missing"));
  }
  for (const sensors::Outlier& one : quality.outliers) {
    add(finding("outlier", one.timestamp, one.timestamp)
            .set("series", one.series)
            .set("value", one.value)
            .set("median", one.median)
            .set("z", one.z),
        std::string(one.series) + " " + cell_text(one.value, Cell::cents) + " among " +
            cell_text(one.median, Cell::cents) + ", z " + cell_text(one.z, Cell::cents));
  }
  for (const sensors::Stuck& one : quality.stuck) {
    add(finding("stuck", one.from, one.to).set("series", one.series),
        std::string(one.series) + " does not move");
  }
  answer.columns = {"kind", "from", "to", "series", "missing", "value", "median", "z"};
  Document figures = Document::object();
  const double expected = static_cast<double>(quality.readings + quality.missing);
  figures.set("readings", quality.readings)
      .set("interval", quality.expected_interval_seconds)
      .set("missing", quality.missing)
      .set("completeness",
           expected > 0 ? Document{static_cast<double>(quality.readings) / expected} : Document{})
      .set("gaps", quality.gap_count)
      .set("outliers", quality.outlier_count)
      .set("stuck", quality.stuck_count);
  answer.tables.push_back({.columns = {{"readings", "readings", Cell::count},
                                       {"interval", "interval", Cell::seconds},
                                       {"missing", "missing", Cell::count},
                                       {"completeness", "complete", Cell::share},
                                       {"gaps", "gaps", Cell::count},
                                       {"outliers", "outliers", Cell::count},
                                       {"stuck", "stuck", Cell::count}},
                           .rows = {figures}});
  answer.tables.push_back({.columns = {{"kind", "what"},
                                       {"from", "from (UTC)", Cell::instant},
                                       {"to", "to (UTC)", Cell::instant},
                                       {"what", "why"}},
                           .rows = std::move(told)});
  return answer;
}

Answer node_forecast_answer(const sensors::NodeForecast& forecast) {
  Answer answer{.shape = Answer::Shape::list};
  const auto add = [&](std::string_view series, const sensors::SeriesForecast& one) {
    for (const sensors::ForecastPoint& point : one.points) {
      Document row = Document::object();
      row.set("series", series)
          .set("timestamp", point.timestamp)
          .set("lower", point.lower)
          .set("point", point.point)
          .set("upper", point.upper)
          .set("method", one.method)
          .set("n", one.n);
      answer.rows.push_back(std::move(row));
    }
    if (one.need) {
      answer.notes.push_back(std::string(series) + ": " + std::to_string(*one.need) +
                             " readings would do for what is missing here");
    }
  };
  add("temperature_celsius", forecast.temperature);
  add("humidity_percent", forecast.humidity);
  answer.columns = {"series", "timestamp", "lower", "point", "upper", "method", "n"};
  answer.tables.push_back({.columns = {{"timestamp", "time (UTC)", Cell::instant},
                                       {"series", "series"},
                                       {"lower", "lower", Cell::cents},
                                       {"point", "forecast", Cell::cents},
                                       {"upper", "upper", Cell::cents},
                                       {"method", "method", Cell::text, 1}},
                           .rows = answer.rows});
  return answer;
}

Answer refused_answer(const sensors::RefusedPage& page) {
  Answer answer{.shape = Answer::Shape::list};
  Document::Array told;  // for people, whom the first digits of an id do
  for (const sensors::StoredRefusal& one : page.rows) {
    Document row = Document::object();
    row.set("id", one.id)
        .set("at", one.row.at)
        .set("source", one.row.source)
        .set("field", one.row.field)
        .set("reason", one.row.reason)
        .set("node_address", one.row.node_address ? address_of(*one.row.node_address) : Document{})
        .set("timestamp", one.row.timestamp)
        .set("text", one.row.text);
    answer.rows.push_back(row);
    told.push_back(std::move(row.set("id", to_string(one.id).substr(0, kShownIdDigits))));
  }
  answer.columns = {"id", "at", "source", "field", "reason", "node_address", "timestamp", "text"};
  answer.tables.push_back({.columns = {{"at", "refused (UTC)", Cell::instant},
                                       {"id", "id", Cell::id},
                                       {"source", "by", Cell::text, 2},
                                       {"node_address", "node", Cell::count},
                                       {"field", "field", Cell::text, 1},
                                       {"reason", "why"},
                                       {"text", "sent"}},
                           .rows = std::move(told)});
  if (page.rows.empty()) answer.notes.emplace_back("nothing was refused");
  if (page.cursor) {
    answer.notes.push_back("more with --cursor " + to_string(*page.cursor) + "; " +
                           std::to_string(page.count.kept) + " are kept");
  }
  return answer;
}

Answer prune_answer(const sensors::PrunePlan& plan) {
  Answer answer;
  answer.document = Document::object();
  answer.document.set("edge", plan.edge)
      .set("readings", plan.readings)
      .set("nodes", plan.nodes)
      .set("nodes_emptied", plan.nodes_emptied);
  answer.tables.push_back({.columns = {{"edge", "before (UTC)", Cell::instant},
                                       {"readings", "readings", Cell::count},
                                       {"nodes", "of nodes", Cell::count},
                                       {"nodes_emptied", "emptied", Cell::count}},
                           .rows = {answer.document}});
  return answer;
}

}  // namespace shelduck::cli
