#include "shelduck/cli/sensors_answer.hpp"

#include <array>
#include <cstdio>

#include "shelduck/core/time.hpp"

namespace shelduck::cli {
namespace {

Document instant_of(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

// As nodes say it: two places.
std::string hundredths(double value) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.2f", value);
  return {text.data(), static_cast<std::size_t>(size)};
}

Document address_of(std::uint64_t address) { return std::to_string(address); }

Document reading_row(const sensors::Reading& reading) {
  Document row = Document::object();
  row.set("node_address", address_of(reading.node_address))
      .set("timestamp", reading.timestamp)
      .set("temperature_celsius", hundredths(reading.temperature_centidegrees / 100.0))
      .set("humidity_percent", hundredths(reading.humidity_centipercent / 100.0))
      .set("flags", reading.flags)
      .set("received_at", reading.received_at)
      .set("time", instant_of(reading.timestamp));
  return row;
}

Table readings_table(const Document::Array& rows) {
  return {.columns = {{"time", "time (UTC)", Cell::instant},
                      {"node_address", "node", Cell::figure},
                      {"temperature_celsius", "degrees C", Cell::figure},
                      {"humidity_percent", "humidity %", Cell::figure},
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
      .set("online", status.is_online)
      .set("first", instant_of(status.node.first_seen_at))
      .set("last", instant_of(status.node.newest.timestamp))
      .set("state", status.is_online ? "online" : "offline");
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
    row.set(name, summary.n == 0 ? Document{} : Document{hundredths(value)});
  }
  return row;
}

}  // namespace

Answer nodes_answer(const std::vector<sensors::NodeStatus>& nodes) {
  Answer answer{.shape = Answer::Shape::list};
  for (const sensors::NodeStatus& node : nodes) answer.rows.push_back(node_row(node));
  answer.columns = {"address",           "label",          "first_seen_at", "last_seen_at",
                    "last_seen_seconds", "total_readings", "online"};
  answer.tables.push_back({.columns = {{"address", "node", Cell::figure},
                                       {"label", "label", Cell::text, 2},
                                       {"state", "state"},
                                       {"total_readings", "readings", Cell::count},
                                       {"first", "first (UTC)", Cell::instant, 1},
                                       {"last", "last (UTC)", Cell::instant}},
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
        .set("temperature_celsius", hundredths(point.temperature_celsius))
        .set("humidity_percent", hundredths(point.humidity_percent))
        .set("flags", point.flags)
        .set("sample_count", point.sample_count)
        .set("time", instant_of(point.timestamp));
    answer.rows.push_back(std::move(row));
  }
  answer.columns = {"timestamp", "temperature_celsius", "humidity_percent", "flags",
                    "sample_count"};
  answer.tables.push_back({.columns = {{"time", "time (UTC)", Cell::instant},
                                       {"temperature_celsius", "degrees C", Cell::figure},
                                       {"humidity_percent", "humidity %", Cell::figure},
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
                                       {"min", "least", Cell::figure},
                                       {"avg", "mean", Cell::figure},
                                       {"p50", "median", Cell::figure},
                                       {"p95", "p95", Cell::figure},
                                       {"p99", "p99", Cell::figure, 1},
                                       {"max", "greatest", Cell::figure}},
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
    row.set("start", instant_of(bucket.start));
    answer.rows.push_back(std::move(row));
  }
  answer.columns = {"bucket_start",    "readings",        "temperature_min", "temperature_max",
                    "temperature_avg", "temperature_p50", "temperature_p95", "temperature_p99",
                    "humidity_min",    "humidity_max",    "humidity_avg",    "humidity_p50",
                    "humidity_p95",    "humidity_p99"};
  answer.tables.push_back({.columns = {{"start", "from (UTC)", Cell::instant},
                                       {"readings", "readings", Cell::count},
                                       {"temperature_min", "least C", Cell::figure, 1},
                                       {"temperature_avg", "mean C", Cell::figure},
                                       {"temperature_p95", "p95 C", Cell::figure, 2},
                                       {"temperature_max", "greatest C", Cell::figure, 1},
                                       {"humidity_min", "least %", Cell::figure, 3},
                                       {"humidity_avg", "mean %", Cell::figure},
                                       {"humidity_max", "greatest %", Cell::figure, 3}},
                           .rows = answer.rows});
  if (answer.rows.empty()) answer.notes.emplace_back("no readings there");
  return answer;
}

Answer quality_answer(const sensors::Quality& quality) {
  Answer answer{.shape = Answer::Shape::list};
  const auto add = [&](std::string_view kind, std::int64_t from, std::int64_t to,
                       std::string what) {
    Document row = Document::object();
    row.set("kind", kind)
        .set("from", from)
        .set("to", to)
        .set("what", std::move(what))
        .set("begin", instant_of(from))
        .set("end", instant_of(to));
    answer.rows.push_back(std::move(row));
  };
  for (const sensors::Gap& gap : quality.gaps) {
    add("gap", gap.from, gap.to, std::to_string(gap.missing) + " readings are missing");
  }
  for (const sensors::Outlier& one : quality.outliers) {
    add("outlier", one.timestamp, one.timestamp,
        std::string(one.series) + " " + hundredths(one.value) + " among " + hundredths(one.median) +
            ", z " + hundredths(one.z));
  }
  for (const sensors::Stuck& one : quality.stuck) {
    add("stuck", one.from, one.to, std::string(one.series) + " does not move");
  }
  answer.columns = {"kind", "from", "to", "what"};
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
                                       {"begin", "from (UTC)", Cell::instant},
                                       {"end", "to (UTC)", Cell::instant},
                                       {"what", "why"}},
                           .rows = answer.rows});
  return answer;
}

Answer node_forecast_answer(const sensors::NodeForecast& forecast) {
  Answer answer{.shape = Answer::Shape::list};
  const auto add = [&](std::string_view series, const sensors::SeriesForecast& one) {
    for (const sensors::ForecastPoint& point : one.points) {
      const auto bound = [](const std::optional<double>& value) {
        return value ? Document{hundredths(*value)} : Document{};
      };
      Document row = Document::object();
      row.set("series", series)
          .set("timestamp", point.timestamp)
          .set("lower", bound(point.lower))
          .set("point", hundredths(point.point))
          .set("upper", bound(point.upper))
          .set("method", one.method)
          .set("n", one.n)
          .set("time", instant_of(point.timestamp));
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
  answer.tables.push_back({.columns = {{"time", "time (UTC)", Cell::instant},
                                       {"series", "series"},
                                       {"lower", "lower", Cell::figure},
                                       {"point", "forecast", Cell::figure},
                                       {"upper", "upper", Cell::figure},
                                       {"method", "method", Cell::text, 1}},
                           .rows = answer.rows});
  return answer;
}

Answer refused_answer(const sensors::RefusedPage& page) {
  Answer answer{.shape = Answer::Shape::list};
  for (const sensors::StoredRefusal& one : page.rows) {
    Document row = Document::object();
    row.set("id", one.id)
        .set("at", one.row.at)
        .set("source", one.row.source)
        .set("field", one.row.field)
        .set("reason", one.row.reason)
        .set("node_address", one.row.node_address ? address_of(*one.row.node_address) : Document{})
        .set("timestamp", one.row.timestamp ? Document{*one.row.timestamp} : Document{})
        .set("text", one.row.text)
        .set("time", instant_of(one.row.at));
    answer.rows.push_back(std::move(row));
  }
  answer.columns = {"id", "at", "source", "field", "reason", "node_address", "timestamp", "text"};
  answer.tables.push_back({.columns = {{"time", "refused (UTC)", Cell::instant},
                                       {"source", "by", Cell::text, 2},
                                       {"node_address", "node", Cell::figure, 1},
                                       {"field", "field"},
                                       {"reason", "why"},
                                       {"text", "what was sent", Cell::text, 1}},
                           .rows = answer.rows});
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
  Document row = answer.document;
  row.set("before", instant_of(plan.edge));
  answer.tables.push_back({.columns = {{"before", "before (UTC)", Cell::instant},
                                       {"readings", "readings", Cell::count},
                                       {"nodes", "of nodes", Cell::count},
                                       {"nodes_emptied", "emptied", Cell::count}},
                           .rows = {std::move(row)}});
  return answer;
}

}  // namespace shelduck::cli
