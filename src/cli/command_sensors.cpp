#include "shelduck/cli/command_sensors.hpp"

#include <algorithm>

#include "shelduck/cli/printer.hpp"
#include "shelduck/cli/sensors_answer.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/sensors/backends/parquet_pieces.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/sensors/export_query.hpp"

namespace shelduck::cli {
namespace {

bool wants_json(const Request& request) {
  return request.terminal.format == commands::OutputFormat::json;
}

sensors::TimeRange range_of(const Request& request) {
  return {.start = request.arguments.moment("start-time"),
          .end = request.arguments.moment("end-time")};
}

std::uint64_t node_of(const Request& request) { return request.arguments.address("NODE").value(); }

// Programs get the bytes of the contract, everybody else rows.
template <class Found, class MakeAnswer>
Answer answer_of(const Request& request, const Found& found, const MakeAnswer& make) {
  if (!wants_json(request)) return make(found);
  Answer answer;
  answer.json = json(found);
  return answer;
}

void refuse_bytes_for_a_person(const Request& request) {
  const bool is_shown =
      request.terminal.reader == Terminal::Reader::person && !request.arguments.has("out");
  if (request.arguments.value("format") != "parquet" || !is_shown) return;
  throw Error{ErrorKind::invalid_input,
              "Parquet is nothing for a terminal",
              {.field = "--format",
               .value = "parquet",
               .rule = "written to a file or a pipe",
               .hint = "--out readings.parquet"}};
}

template <class Options>
auto ask_for(Inquiry& inquiry, const Options& options) {
  const auto readings = inquiry.snapshot != nullptr ? sensors::open_readings(*inquiry.snapshot)
                                                    : sensors::open_readings(inquiry.connection);
  return ask(*readings, options);
}

sensors::ReadingsOptions readings_options(const Request& request) {
  return {.filter = {.node_address = request.arguments.address("node-address"),
                     .range = range_of(request)},
          .limit = request.arguments.whole_number("limit").value(),
          .offset = request.arguments.whole_number("offset").value()};
}

sensors::BucketsOptions buckets_options(const Request& request, sensors::BucketLength length) {
  return {.node_address = node_of(request),
          .range = range_of(request),
          .length = length,
          .tz = request.arguments.value("tz").value_or("UTC")};
}

std::optional<sensors::RefusedPlace> cursor_of(const Request& request) {
  const auto text = request.arguments.value("cursor");
  if (!text) return std::nullopt;
  if (const auto cursor = sensors::parse_refused_place(*text)) return cursor;
  throw Error{ErrorKind::invalid_input,
              "'" + *text + "' is no cursor of an answer",
              {.field = "cursor", .value = *text, .rule = "the cursor of an answer"}};
}

// An export that hands out texts.
template <class Pieces>
void write_pieces(const Request& request, Pieces& pieces) {
  while (const auto piece = pieces.next()) {
    request.cancel.check();
    request.output(*piece);
  }
}

// The engine writes files only.
std::int64_t write_parquet(const Request& request, store::Connection& connection,
                           const sensors::ReadingFilter& filter) {
  sensors::ParquetPieces parquet{
      connection,
      request.opening.export_directory / to_string(new_uuid(request.clock(), request.random)),
      filter};
  write_pieces(request, parquet);
  return parquet.rows();
}

void write_csv(const Request& request, store::Connection& connection,
               const sensors::ReadingFilter& filter) {
  const auto readings = sensors::open_readings(connection);
  sensors::CsvExport csv{*readings, filter};
  write_pieces(request, csv);
  request.output("\n");
}

// More nodes than are held at once.
Answer write_nodes(const Request& request, sensors::ReadingStore& readings,
                   const sensors::NodesOptions& options) {
  Answer written{.shape = Answer::Shape::written};
  if (wants_json(request)) {
    sensors::NodesText text{readings, options};
    write_pieces(request, text);
    return written;
  }
  print_slices(request, nodes_answer({}), [&]() -> RowSlices {
    return [walk = sensors::NodesWalk{readings, options}]() mutable {
      const auto slice = walk.next();
      return slice ? std::optional{node_rows(*slice)} : std::nullopt;
    };
  });
  return written;
}

sensors::RefusedDrop planned_drop(const Request& request, store::Store& store) {
  const auto readings = sensors::open_readings(store.connection());
  const std::vector<std::string> ids = request.arguments.positional_list("ID");
  const auto age = request.arguments.age_seconds("older-than");
  if (ids.empty()) {
    return sensors::plan_drop_before(*readings,
                                     request.clock() - std::chrono::seconds{age.value_or(0)});
  }
  if (!age) return sensors::plan_drop_of(*readings, ids);
  throw Error{ErrorKind::invalid_input,
              "rows are dropped by their ids or by their age",
              {.field = "--older-than",
               .value = request.arguments.value("older-than").value(),
               .rule = "not beside an ID"}};
}

sensors::RefusedExport::Form refused_form(const Request& request) {
  return request.arguments.value("format") == "csv" ? sensors::RefusedExport::Form::csv
                                                    : sensors::RefusedExport::Form::ndjson;
}

}  // namespace

Answer list_nodes(const Request& request, Inquiry& inquiry) {
  const Instant now = request.clock();
  if (!request.arguments.positional("NODE")) {
    const sensors::NodesOptions options{.now = now};
    const auto readings = sensors::open_readings(inquiry.connection);
    if (readings->extent().nodes > sensors::kNodesAtOnce) {
      return write_nodes(request, *readings, options);
    }
    return answer_of(request, ask(*readings, options), &nodes_answer);
  }
  const sensors::NodeOptions options{.node_address = node_of(request), .now = now};
  return answer_of(request, ask_for(inquiry, options),
                   [](const sensors::NodeStatus& node) { return nodes_answer({node}); });
}

Answer list_no_nodes(const Request& request) {
  if (const auto node = request.arguments.positional("NODE")) {
    throw Error{ErrorKind::not_found, "Node " + *node + " not found"};
  }
  return answer_of(request, std::vector<sensors::NodeStatus>{}, &nodes_answer);
}

Answer list_no_readings(const Request& request) {
  const sensors::ReadingsOptions options = readings_options(request);
  return answer_of(
      request, sensors::ReadingsPage{.limit = options.limit, .offset = options.offset},
      [](const sensors::ReadingsPage& page) { return readings_answer(page.readings); });
}

Answer list_no_node_readings(const Request& request) {
  return answer_of(
      request, sensors::NodeReadings{.node_address = node_of(request)},
      [](const sensors::NodeReadings& found) { return readings_answer(found.readings); });
}

Answer export_no_readings(const Request& request) {
  if (request.arguments.value("format") != "csv") {
    throw Error{ErrorKind::not_found, "there are no readings to export"};
  }
  request.output(std::string(sensors::kCsvHeader) + "\n");
  return {.shape = Answer::Shape::written};
}

Answer list_none_refused(const Request& request) {
  return answer_of(request, sensors::RefusedPage{}, &refused_answer);
}

Answer list_readings(const Request& request, Inquiry& inquiry) {
  const sensors::ReadingsOptions options = readings_options(request);
  return answer_of(request, ask_for(inquiry, options), [](const sensors::ReadingsPage& page) {
    return readings_answer(page.readings);
  });
}

Answer list_node_readings(const Request& request, Inquiry& inquiry) {
  const sensors::NodeReadingsOptions options{
      .node_address = node_of(request),
      .range = range_of(request),
      .limit = request.arguments.whole_number("limit").value(),
      .downsample = request.arguments.whole_number("downsample"),
      .now = request.clock()};
  return answer_of(request, ask_for(inquiry, options), [](const sensors::NodeReadings& found) {
    return found.points ? points_answer(*found.points) : readings_answer(found.readings);
  });
}

Answer show_latest(const Request& request, Inquiry& inquiry) {
  const sensors::LatestOptions options{.node_address = node_of(request)};
  return answer_of(request, ask_for(inquiry, options),
                   [](const sensors::Reading& reading) { return readings_answer({reading}); });
}

Answer show_statistics(const Request& request, Inquiry& inquiry) {
  const sensors::StatisticsOptions options{.node_address = node_of(request),
                                           .range = range_of(request)};
  return answer_of(request, ask_for(inquiry, options), &statistics_answer);
}

Answer show_hours(const Request& request, Inquiry& inquiry) {
  const auto options = buckets_options(request, sensors::BucketLength::hour);
  return answer_of(request, ask_for(inquiry, options), &buckets_answer);
}

Answer show_days(const Request& request, Inquiry& inquiry) {
  const auto options = buckets_options(request, sensors::BucketLength::day);
  return answer_of(request, ask_for(inquiry, options), &buckets_answer);
}

Answer show_quality(const Request& request, Inquiry& inquiry) {
  const sensors::QualityOptions options{
      .node_address = node_of(request),
      .range = range_of(request),
      .expected_interval = request.arguments.whole_number("expected-interval")};
  return answer_of(request, ask_for(inquiry, options), &quality_answer);
}

Answer forecast_node(const Request& request, Inquiry& inquiry) {
  const sensors::ForecastOptions options{
      .node_address = node_of(request),
      .horizon = request.arguments.whole_number("horizon").value(),
      .level = request.arguments.level("level").value(),
      .check = [&request] { return request.cancel.is_cancelled(); }};
  return answer_of(request, ask_for(inquiry, options), &node_forecast_answer);
}

Answer export_readings(const Request& request, Inquiry& inquiry) {
  refuse_bytes_for_a_person(request);
  const sensors::ReadingFilter filter{.node_address = request.arguments.address("node-address"),
                                      .range = range_of(request)};
  Answer answer{.shape = Answer::Shape::written};
  if (request.arguments.value("format") == "csv") {
    write_csv(request, inquiry.connection, filter);
    return answer;
  }
  const std::int64_t rows = write_parquet(request, inquiry.connection, filter);
  answer.notes.push_back(std::to_string(rows) + " readings exported");
  return answer;
}

Answer list_refused(const Request& request, Inquiry& inquiry) {
  const sensors::RefusedOptions options{.reason = request.arguments.value("reason"),
                                        .cursor = cursor_of(request),
                                        .limit = request.arguments.whole_number("limit").value()};
  return answer_of(request, ask_for(inquiry, options), &refused_answer);
}

Answer export_refused(const Request& request, Inquiry& inquiry) {
  const auto store = sensors::open_readings(inquiry.connection);
  sensors::RefusedExport rows{
      *store,
      refused_form(request),
      {.reason = request.arguments.value("reason"), .limit = sensors::kLimitMax}};
  write_pieces(request, rows);
  return {.shape = Answer::Shape::written};
}

Answer export_none_refused(const Request& request) {
  if (refused_form(request) == sensors::RefusedExport::Form::csv) {
    request.output(sensors::RefusedExport::csv_head());
  }
  return {.shape = Answer::Shape::written};
}

Answer drop_refused(const Request& request, store::Store& store) {
  const sensors::RefusedDrop drop = planned_drop(request, store);
  const std::int64_t rows = drop.rows;
  if (request.intent == Intent::act && rows > 0) store.write(drop.records);
  Answer answer;
  answer.document = Document::object().set("rows", rows);
  answer.tables.push_back(
      {.columns = {{"rows", "refused rows", Cell::count}}, .rows = {answer.document}});
  answer.notes.emplace_back(rows == 0                       ? "nothing has to go"
                            : request.intent == Intent::act ? "dropped"
                                                            : "would go; nothing was changed");
  return answer;
}

Answer prune_readings(const Request& request, store::Store& store) {
  const auto age = request.arguments.age_seconds("older-than").value();
  sensors::PrunePlan plan;
  {
    const auto readings = sensors::open_readings(store.connection());
    plan = sensors::plan_prune(*readings, {.older_than = Seconds{static_cast<double>(age)}},
                               request.clock());
  }
  Answer answer = prune_answer(plan);
  if (request.intent == Intent::act && !plan.records.empty()) {
    std::string note = sensors::carry_out(store, plan);
    if (!note.empty()) answer.notes.push_back(std::move(note));
  }
  answer.notes.emplace_back(plan.records.empty()            ? "nothing is old enough to go"
                            : request.intent == Intent::act ? "pruned"
                                                            : "would go; nothing was changed");
  return answer;
}

}  // namespace shelduck::cli
