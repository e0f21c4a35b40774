#include "shelduck/server/operation_routes.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "shelduck/http/openapi.hpp"
#include "shelduck/server/command_query.hpp"

namespace shelduck::server {
namespace {

using http::Method;
using http::Request;
using http::Respond;
using http::Scope;

void tell_alive(const Request&, const Respond& respond) {
  respond(http::json_response(Document::object().set("status", "alive")));
}

bool is_readable(const Operations& operations) {
  return std::ranges::all_of(operations.databases, [](ServedDatabase* database) {
    return database->service().state().is_open;
  });
}

// What clients of InfluxDB ask before they write, in its versions 1 and 2.
void tell_version(const Request&, const Respond& respond) {
  respond({.status = 204,
           .content_type = "",
           .fields = {{"x-influxdb-version", SHELDUCK_VERSION}, {"x-influxdb-build", "shelduck"}}});
}

void tell_health(const Operations& operations, const Request&, const Respond& respond) {
  const bool is_open = is_readable(operations);
  Document document = Document::object();
  document.set("name", "shelduck")
      .set("status", is_open ? "pass" : "fail")
      .set("message", is_open ? "ready for questions and records" : "the database is not open")
      .set("version", SHELDUCK_VERSION)
      .set("checks", Document::array());
  respond(http::json_response(document, is_open ? 200 : 503));
}

http::RouteParameter purpose_parameter() {
  Document schema = Document::object();
  schema.set("type", "string").set("enum", Document::array().add("write"));
  return {.name = "for",
          .description =
              "Whether records are taken too: 503 below the disk floor, and while the journal "
              "cannot be written.",
          .schema = schema};
}

bool is_asked_for_write(const Request& request) {
  bool is_asked = false;
  for (const auto& [name, value] : request.query) {
    if (is_credential(name)) continue;
    if (name != "for") {
      throw Error{ErrorKind::invalid_input,
                  "there is no parameter '" + name + "' here",
                  {.field = name, .value = value, .rule = "for"}};
    }
    if (value != "write") {
      throw Error{ErrorKind::invalid_input,
                  "for '" + value + "' is not write",
                  {.field = name, .value = value, .rule = "write"}};
    }
    is_asked = true;
  }
  return is_asked;
}

// Reading goes on below the disk floor; recording does not.
void tell_ready(const Operations& operations, const Request& request, const Respond& respond) {
  const bool is_for_write = is_asked_for_write(request);
  const bool is_open = is_readable(operations);
  const bool takes_records =
      is_open && std::ranges::all_of(operations.databases, &ServedDatabase::takes_records);
  const bool is_ready = is_for_write ? takes_records : is_open;
  Document document = Document::object();
  document.set("ready", is_open).set("writes", takes_records);
  http::Response response = http::json_response(document, is_ready ? 200 : 503);
  if (!is_ready) response.fields.emplace_back("retry-after", "1");
  respond(std::move(response));
}

struct DatabaseMetric {
  std::string_view name;
  std::string_view help;
  double (*value)(const store::Service::State& state);
  MetricType type = MetricType::gauge;
};

constexpr std::array kDatabaseMetrics{
    DatabaseMetric{
        "shelduck_questions", "Questions that wait or are being answered",
        [](const store::Service::State& state) { return static_cast<double>(state.questions); }},
    DatabaseMetric{
        "shelduck_records_applied_total", "Records applied since the start",
        [](const store::Service::State& state) { return static_cast<double>(state.applied); },
        MetricType::counter},
    DatabaseMetric{
        "shelduck_records_unapplied", "Records from clients that are on the disk only",
        [](const store::Service::State& state) { return static_cast<double>(state.backlog); }},
    DatabaseMetric{
        "shelduck_records_waiting", "Records that no space was left to apply",
        [](const store::Service::State& state) { return static_cast<double>(state.waiting); }},
    DatabaseMetric{"shelduck_database_open", "1 while the database can be read",
                   [](const store::Service::State& state) { return state.is_open ? 1.0 : 0.0; }}};

MetricFamily syncs_of(const Operations& operations) {
  MetricFamily told{
      .name = "shelduck_journal_syncs_total",
      .help = "Syncs of records to the journal since the start; one serves all that wait",
      .type = MetricType::counter,
      .values = {}};
  for (const ServedDatabase* database : operations.databases) {
    told.values.emplace_back(database->domain().name,
                             static_cast<double>(database->journal_syncs()));
  }
  return told;
}

void tell_metrics(const Operations& operations, const Request&, const Respond& respond) {
  std::vector<MetricFamily> families = operations.counted();
  families.push_back(syncs_of(operations));
  for (const DatabaseMetric& metric : kDatabaseMetrics) {
    MetricFamily told{.name = metric.name, .help = metric.help, .type = metric.type, .values = {}};
    for (ServedDatabase* database : operations.databases) {
      told.values.emplace_back(database->domain().name, metric.value(database->service().state()));
    }
    families.push_back(std::move(told));
  }
  respond({.content_type = "text/plain; version=0.0.4", .body = operations.metrics.text(families)});
}

}  // namespace

std::vector<http::Route> operation_routes(const Operations& operations) {
  const auto with = [operations](auto answer) {
    return [operations, answer](const Request& request, const Respond& respond) {
      answer(operations, request, respond);
    };
  };
  return {
      {.method = Method::get,
       .path = "/healthz",
       .scope = Scope::open,
       .tag = "server",
       .summary = "Whether the process is alive",
       .handler = &tell_alive},
      {.method = Method::get,
       .path = "/readyz",
       .scope = Scope::open,
       .tag = "server",
       .summary = "Whether questions are answered and records are taken",
       .parameters = {purpose_parameter()},
       .handler = with(&tell_ready)},
      {.method = Method::get,
       .path = "/ping",
       .scope = Scope::open,
       .tag = "server",
       .summary = "The version in a field, as clients of InfluxDB ask for it",
       .answers = {{204, "The server is there."}},
       .content_type = "",
       .handler = &tell_version},
      {.method = Method::get,
       .path = "/health",
       .scope = Scope::open,
       .tag = "server",
       .summary = "Whether the database is open, as clients of InfluxDB ask for it; 503 where not",
       .handler = with(&tell_health)},
      {.method = Method::get,
       .path = "/metrics",
       .scope = Scope::read,
       .tag = "server",
       .summary = "Counters for Prometheus",
       .content_type = "text/plain",
       .handler = with(&tell_metrics)}};
}

void add_documentation(std::vector<http::Route>& routes) {
  const auto text = std::make_shared<std::string>();
  routes.push_back(
      {.method = Method::get,
       .path = "/openapi.json",
       .scope = Scope::read,
       .tag = "server",
       .summary = "This document",
       .handler = [text](const Request&, const Respond& respond) { respond({.body = *text}); }});
  *text = to_json(http::openapi(
              routes, {.title = "Shelduck",
                       .version = SHELDUCK_VERSION,
                       .description = "History, forecasts and their calibration over HTTP."})) +
          "\n";
}

}  // namespace shelduck::server
