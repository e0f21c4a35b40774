#include "shelduck/server/intake_routes.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "shelduck/core/error.hpp"
#include "shelduck/http/problem.hpp"
#include "shelduck/http/target.hpp"
#include "shelduck/sensors/claim.hpp"
#include "shelduck/server/command_query.hpp"
#include "shelduck/server/media_type.hpp"
#include "shelduck/server/recording_problems.hpp"
#include "shelduck/server/sent_body.hpp"
#include "shelduck/wire/json_readings.hpp"
#include "shelduck/wire/line_readings.hpp"

namespace shelduck::server {
namespace {

using http::Method;
using sensors::Verdict;
using ReadingOutcome = ReadingCounts::Outcome;

constexpr int kAllTaken = 201;
constexpr int kNoContent = 204;
constexpr int kWrongType = 415;
constexpr int kBrokenRow = 422;

constexpr std::array<std::string_view, 5> kOutcomes{"inserted", "duplicate", "conflict", "rejected",
                                                    "unmapped"};

std::int64_t seconds_of(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

Document verdict_document(const Verdict& verdict) {
  Document conflicting = Document::array();
  for (const std::size_t index : verdict.conflicting) {
    conflicting.add(Document::object().set("index", index));
  }
  Document rejected = Document::array();
  for (const Verdict::Rejected& row : verdict.rejected) {
    const std::string& field = row.refusal.field;
    Document one = Document::object();
    one.set("field", field.empty() ? Document{} : Document{field})
        .set("index", row.index)
        .set("reason", row.refusal.reason)
        .set("value", row.refusal.value.empty() ? Document{} : Document{row.refusal.value});
    rejected.add(std::move(one));
  }
  Document document = Document::object();
  document.set("conflicting", std::move(conflicting))
      .set("conflicts", verdict.conflicts)
      .set("duplicates", verdict.duplicates)
      .set("inserted", verdict.inserted)
      .set("rejected", std::move(rejected))
      .set("rejected_count", verdict.rejected_count);
  return document;
}

Error error_of(const sensors::Refusal& refusal) {
  std::string subject = refusal.field.empty() ? "the reading" : refusal.field;
  if (!refusal.value.empty()) subject += " " + refusal.value;
  return {ErrorKind::invalid_input,
          subject + ": " + refusal.reason,
          {.field = refusal.field, .value = refusal.value, .rule = refusal.reason}};
}

http::Response answer_to_many(const BodyVerdict& verdict, const std::string& /*request_id*/) {
  return http::json_response(verdict_document(verdict.rows), kAllTaken);
}

http::Response answer_to_one(const BodyVerdict& verdict, const std::string& request_id) {
  if (verdict.rows.rejected.empty()) return answer_to_many(verdict, request_id);
  return http::problem_response(error_of(verdict.rows.rejected.front().refusal), kBrokenRow,
                                request_id);
}

void refuse_parameters(const http::Request& request,
                       std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : request.query) {
    if (is_credential(name) || std::ranges::find(known, name) != known.end()) continue;
    throw Error{ErrorKind::invalid_input,
                "there is no parameter '" + name + "' here",
                {.field = name, .value = value, .rule = "a parameter of this route"}};
  }
}

// A body has no more rows than that, but for those that say less than a reading needs.
std::size_t rows_expected(std::string_view body) {
  constexpr std::size_t kBytesOfARow = 60;
  return body.size() / kBytesOfARow + 1;
}

// Of an array that is no JSON at its end nothing is recorded, so a long one is read twice.
SentBody::Slices slices_of(wire::JsonReadings readings, std::size_t expected) {
  return [readings, expected, is_read_once = false](std::size_t rows_max) mutable {
    BodySlice slice;
    slice.rows.reserve(std::min(expected, rows_max));
    while (slice.rows.size() < rows_max) {
      auto row = readings.next();
      if (!row) return slice;
      slice.rows.push_back(
          {.reading = row->reading, .refusal = std::move(row->refusal), .text = row->source});
    }
    slice.is_last = false;
    if (!std::exchange(is_read_once, true)) {
      wire::JsonReadings rest = readings;
      while (rest.next()) {
      }
    }
    return slice;
  };
}

void take_json(const Intake& intake, http::Request request, const http::Respond& respond) {
  refuse_parameters(request, {});
  const std::string type = media_type_of(request);
  if (type != "application/json" && type != "application/x-ndjson") {
    return respond(wrong_type(request, "a body of type application/json or application/x-ndjson"));
  }
  const auto form = type == "application/json" ? wire::JsonForm::document : wire::JsonForm::lines;
  const auto body = std::make_shared<SentBody>(intake, std::move(request), respond);
  const wire::JsonReadings readings{body->text(), form, seconds_of(intake.clock())};
  body->begin("http", slices_of(readings, rows_expected(body->text())),
              readings.is_one() ? &answer_to_one : &answer_to_many);
}

bool starts_with_words(std::string_view text, std::initializer_list<std::string_view> words) {
  const auto is_same = [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a) == b;
  };
  for (const std::string_view word : words) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (text.size() < word.size() ||
        !std::ranges::equal(text.substr(0, word.size()), word, is_same)) {
      return false;
    }
    text.remove_prefix(word.size());
    if (!text.empty() && text.find_first_of(" \t\r\n;") != 0) return false;
  }
  return true;
}

http::Response answer_to_lines(const BodyVerdict& verdict, const std::string& request_id) {
  if (verdict.rows.rejected.empty()) return {.status = kNoContent, .content_type = "", .body = ""};
  const std::uint64_t line = verdict.refused_line;
  const Error error = error_of(verdict.rows.rejected.front().refusal);
  const std::string message = "line " + std::to_string(line) + ": " + error.what();
  return http::problem_response(
      Error{error.kind(), message, error.detail()}, 400, request_id,
      Document::object().set("code", "invalid").set("message", message).set("line", line));
}

wire::Precision precision_of(const http::Request& request) {
  const std::string word = request.query_value("precision").value_or("");
  if (word.empty()) return wire::Precision::nanoseconds;
  if (const auto precision = wire::parse_precision(word)) return *precision;
  throw Error{ErrorKind::invalid_input,
              "precision '" + word + "' is not one of n, ns, u, us, ms, s, m, h",
              {.field = "precision", .value = word, .rule = "one of n, ns, u, us, ms, s, m, h"}};
}

// The points that are no reading are counted as they come.
SentBody::Slices slices_of(wire::LineReadings readings, std::size_t expected,
                           ReadingCounts& counts) {
  return [readings = std::move(readings), expected, &counts](std::size_t rows_max) mutable {
    BodySlice slice;
    slice.rows.reserve(std::min(expected, rows_max));
    slice.lines.reserve(std::min(expected, rows_max));
    const std::uint64_t unmapped = readings.unmapped();
    while (slice.rows.size() < rows_max) {
      auto row = readings.next();
      slice.is_last = !row;
      if (!row) break;
      slice.lines.push_back(row->line);
      slice.rows.push_back({.reading = row->reading,
                            .label = std::move(row->label),
                            .refusal = std::move(row->refusal),
                            .text = row->source});
    }
    counts.add(ReadingOutcome::unmapped, static_cast<std::int64_t>(readings.unmapped() - unmapped));
    return slice;
  };
}

void take_lines(const Intake& intake, http::Request request, const http::Respond& respond) {
  const wire::Precision precision = precision_of(request);
  const auto body = std::make_shared<SentBody>(intake, std::move(request), respond);
  const wire::LineReadings readings{
      body->text(),
      {.precision = precision, .now = seconds_of(intake.clock()), .mappings = intake.mappings}};
  body->begin("line protocol", slices_of(readings, rows_expected(body->text()), intake.counts),
              &answer_to_lines);
}

http::RouteParameter text_parameter(std::string name, std::string description) {
  return {.name = std::move(name),
          .description = std::move(description),
          .schema = Document::object().set("type", "string")};
}

http::RouteParameter precision_parameter() {
  Document words = Document::array();
  for (const std::string_view word : {"n", "ns", "u", "us", "ms", "s", "m", "h"}) words.add(word);
  return {.name = "precision",
          .description = "Of timestamps. Default: ns.",
          .schema = Document::object().set("type", "string").set("enum", std::move(words))};
}

http::Response no_line(const wire::UnreadableBody& error, const std::string& request_id) {
  return http::problem_response(
      error, 400, request_id,
      Document::object().set("code", "invalid").set("message", error.what()).set("line", 1));
}

void take_lines_or_tell(const Intake& intake, http::Request request, const http::Respond& respond) {
  const std::string id = request.id;
  try {
    take_lines(intake, std::move(request), respond);
  } catch (const wire::UnreadableBody& error) {
    respond(no_line(error, id));
  }
}

// In the target, or, as `curl --data-urlencode` sends it, in the body of a form.
std::string statement_of(const http::Request& request) {
  if (const auto text = request.query_value("q")) return *text;
  if (media_type_of(request) != "application/x-www-form-urlencoded") return {};
  for (auto& [name, value] : http::parse_target("/?" + request.body).query) {
    if (name == "q") return std::move(value);
  }
  return {};
}

// Importers make their database before they write. There is one, which is there.
void answer_query(const http::Request& request, const http::Respond& respond) {
  const std::string text = statement_of(request);
  Document statement = Document::object().set("statement_id", 0);
  if (starts_with_words(text, {"SHOW", "DATABASES"})) {
    Document series = Document::object();
    series.set("name", "databases")
        .set("columns", Document::array().add("name"))
        .set("values", Document::array().add(Document::array().add("sensors")));
    statement.set("series", Document::array().add(std::move(series)));
  } else if (!starts_with_words(text, {"CREATE", "DATABASE"})) {
    throw Error{ErrorKind::invalid_input,
                "of this language only CREATE DATABASE and SHOW DATABASES are known here",
                {.field = "q", .value = text, .rule = "CREATE DATABASE or SHOW DATABASES"}};
  }
  respond(http::json_response(
      Document::object().set("results", Document::array().add(std::move(statement)))));
}

http::Route query_route(Method method) {
  return {.method = method,
          .path = "/query",
          .scope = http::Scope::write,
          .tag = "sensors",
          .summary = "What importers of the line protocol ask: CREATE DATABASE, SHOW DATABASES",
          .parameters = {text_parameter("q", "The statement.")},
          .handler = &answer_query};
}

// The state of the database, in the words of the program whose clients ask here.
http::Route health_route(const Intake& intake) {
  return {
      .method = Method::get,
      .path = "/api/health",
      .scope = http::Scope::read,
      .tag = "sensors",
      .summary = "Whether readings can be asked for",
      .handler = [&service = intake.service](const http::Request&, const http::Respond& respond) {
        Document document = Document::object();
        if (service.state().is_open) {
          return respond(http::json_response(document.set("status", "healthy")));
        }
        document.set("error", "the database cannot be used now").set("status", "unhealthy");
        respond(http::json_response(document, 503));
      }};
}

Document reading_schema() {
  Document properties = Document::object();
  const auto add = [&](std::string_view name, std::string_view type, std::string_view help) {
    properties.set(name, Document::object().set("type", type).set("description", help));
  };
  Document address = Document::object();
  address.set("type", Document::array().add("integer").add("string"))
      .set("description", "0 to 18446744073709551615; a string beyond 2^53 - 1.");
  properties.set("node_address", std::move(address));
  add("timestamp", "integer", "Unix seconds, 0 to 253402300799.");
  add("temperature_celsius", "number", "-327.68 to 327.67; or temperature_raw.");
  add("temperature_raw", "integer", "Hundredths of a degree.");
  add("humidity_percent", "number", "0 to 655.35; or humidity_raw.");
  add("humidity_raw", "integer", "Hundredths of a percent.");
  add("flags", "integer", "0 to 255; 0 by default.");
  add("received_at", "integer", "Unix seconds; now by default.");
  return Document::object()
      .set("type", "object")
      .set("required", Document::array().add("node_address").add("timestamp"))
      .set("properties", std::move(properties));
}

// One, which breaks a rule with 422, or many, of which the good ones are stored.
Document readings_schema() {
  Document many = Document::object().set("type", "array").set("items", reading_schema());
  return Document::object().set("oneOf",
                                Document::array().add(reading_schema()).add(std::move(many)));
}

Document text_schema(std::string_view description) {
  return Document::object().set("type", "string").set("description", description);
}

constexpr std::string_view kExampleLine =
    "sensor_data,node_address=42 temperature_celsius=21.5,humidity_percent=48.75 1780000000";

// With a status for a body that is read and breaks a rule.
std::vector<http::RouteAnswer> intake_problems(const http::RouteAnswer& more) {
  std::vector<http::RouteAnswer> problems = recording_problems();
  problems.push_back({kWrongType, "A body of a type or coding that is not taken."});
  if (more.status != 0) problems.push_back(more);
  return problems;
}

Document reading_example() {
  return Document::object()
      .set("node_address", 42)
      .set("timestamp", 1'780'000'000)
      .set("temperature_celsius", 21.5)
      .set("humidity_percent", 48.75);
}

template <class Take>
http::Handler handler_of(const Intake& intake, Take take) {
  return [intake, take](http::Request request, const http::Respond& respond) {
    take(intake, std::move(request), respond);
  };
}

http::Route line_route(const Intake& intake, std::string_view path) {
  return {.method = Method::post,
          .path = std::string(path),
          .scope = http::Scope::write,
          .tag = "sensors",
          .summary = "Readings in InfluxDB's line protocol",
          .parameters = {precision_parameter(),
                         text_parameter("db", "Taken and ignored, as is every other one.")},
          .body = {{.schema = text_schema("Points, one a line; of whatever type it is said to be."),
                    .example = kExampleLine,
                    .type = "text/plain"}},
          .answers = {{kNoContent, "Stored, known before, or no reading by any mapping."}},
          .problems = intake_problems({}),
          .content_type = "",
          .handler = handler_of(intake, &take_lines_or_tell)};
}

}  // namespace

MetricFamily ReadingCounts::family() const {
  MetricFamily family{.name = "shelduck_readings_total",
                      .help = "Readings that clients sent over HTTP, by what became of them",
                      .type = MetricType::counter,
                      .label = "outcome",
                      .values = {}};
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    family.values.emplace_back(kOutcomes.at(i), static_cast<double>(counts_.at(i).load()));
  }
  return family;
}

std::vector<http::Route> intake_routes(const Intake& intake) {
  return {{.method = Method::post,
           .path = "/api/sensor-data",
           .scope = http::Scope::write,
           .tag = "sensors",
           .summary = "One reading, or many",
           .body = {{.schema = readings_schema(), .example = reading_example()},
                    {.schema = text_schema("A reading a line."),
                     .example = to_json(reading_example()),
                     .type = "application/x-ndjson"}},
           .answers = {{kAllTaken, "What became of them; what is stored is on the disk."}},
           .problems = intake_problems({kBrokenRow, "The one object is no reading."}),
           .handler = handler_of(intake, &take_json)},
          line_route(intake, "/write"),
          line_route(intake, "/api/v2/write"),
          health_route(intake),
          query_route(Method::get),
          query_route(Method::post)};
}

}  // namespace shelduck::server
