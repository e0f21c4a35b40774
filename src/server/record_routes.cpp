#include "shelduck/server/record_routes.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "shelduck/core/error.hpp"
#include "shelduck/history/recording.hpp"
#include "shelduck/http/problem.hpp"
#include "shelduck/interop/recorded_json.hpp"
#include "shelduck/server/public_failure.hpp"
#include "shelduck/server/recording_problems.hpp"

namespace shelduck::server {
namespace {

using history::Receipt;
using http::Method;
using interop::BodyField;

constexpr int kCreated = 201;
constexpr int kUnsupported = 415;
constexpr int kBroken = 422;

struct RecordRow {
  Method method;
  std::string_view path;
  std::string_view summary;
  std::span<const BodyField> (*fields)() noexcept;
  Document (*example)();
  store::Claim (*claim)(std::string_view body, const Uuid& id, const Receipt& receipt);
};

Document members() { return Document::object(); }

constexpr std::string_view kExampleRun = "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21";
constexpr std::string_view kExampleExecution = "01928b4e-3f6c-7a02-9c11-0d3e5f7a9b21";

Document example_run() {
  return members().set("hostname", "pi.lan").set("start_time", "2026-05-01T03:00:00Z");
}
Document example_execution() {
  return members().set("run_id", kExampleRun).set("plugin_name", "apt").set("packages_planned", 12);
}
Document example_step() {
  return members()
      .set("execution_id", kExampleExecution)
      .set("step_name", "download")
      .set("phase", "DOWNLOAD")
      .set("seq", 1);
}
Document example_estimate() {
  return members()
      .set("execution_id", kExampleExecution)
      .set("wall_seconds_est", 90.0)
      .set("download_bytes_est", 5'000'000);
}
Document example_run_end() { return members().set("status", "success"); }
Document example_execution_end() {
  return members().set("status", "success").set("exit_code", 0).set("packages_updated", 12);
}
Document example_step_end() {
  return members()
      .set("end_time", "2026-05-01T03:00:30Z")
      .set("cpu_user_seconds", 1.25)
      .set("download_size_bytes", 4'812'333);
}

store::Claim begin_run(std::string_view body, const Uuid& id, const Receipt& receipt) {
  return claim_of(interop::parse_run(body, history::RunId{id}), receipt);
}
store::Claim begin_execution(std::string_view body, const Uuid& id, const Receipt& receipt) {
  return claim_of(interop::parse_execution(body, history::ExecutionId{id}), receipt);
}
store::Claim begin_step(std::string_view body, const Uuid& id, const Receipt& receipt) {
  return claim_of(interop::parse_step(body, history::StepId{id}), receipt);
}
store::Claim estimate(std::string_view body, const Uuid& id, const Receipt& receipt) {
  return claim_of(interop::parse_estimate(body, history::EstimateId{id}), receipt);
}
store::Claim end_run(std::string_view body, const Uuid& id, const Receipt& receipt) {
  return claim_of(interop::parse_run_end(body, history::RunId{id}), receipt);
}
store::Claim end_execution(std::string_view body, const Uuid& id, const Receipt& receipt) {
  return claim_of(interop::parse_execution_end(body, history::ExecutionId{id}), receipt);
}
store::Claim end_step(std::string_view body, const Uuid& id, const Receipt& receipt) {
  return claim_of(interop::parse_step_end(body, history::StepId{id}), receipt);
}

constexpr std::array kRecordRows{
    RecordRow{Method::put, "/api/history/runs/{id}", "A run begins", &interop::run_fields,
              &example_run, &begin_run},
    RecordRow{Method::put, "/api/history/executions/{id}", "A plugin begins in a run",
              &interop::execution_fields, &example_execution, &begin_execution},
    RecordRow{Method::put, "/api/history/steps/{id}", "A step of an execution, begun or over",
              &interop::step_fields, &example_step, &begin_step},
    RecordRow{Method::put, "/api/history/estimates/{id}", "What the plugin itself claims",
              &interop::estimate_fields, &example_estimate, &estimate},
    RecordRow{Method::patch, "/api/history/runs/{id}", "A run ends", &interop::run_end_fields,
              &example_run_end, &end_run},
    RecordRow{Method::patch, "/api/history/executions/{id}", "An execution ends",
              &interop::execution_end_fields, &example_execution_end, &end_execution},
    RecordRow{Method::patch, "/api/history/steps/{id}", "A step ends", &interop::step_end_fields,
              &example_step_end, &end_step},
};

Uuid client_id(const http::Request& request) {
  const std::string& text = request.captures.at("id");
  const auto id = parse_uuid(text);
  if (id && time_of(*id)) return *id;
  throw Error{
      ErrorKind::invalid_input,
      "id '" + text + "' is no UUID of version 7",
      {.field = "id",
       .value = text,
       .rule = "a UUID of version 7 that the client made, such as " + std::string(kExampleRun)}};
}

// 400 for what cannot be read goes out as every error of a handler.
http::Response refusal(const Recordings& recordings, const Error& met, const std::string& id) {
  const Error error = public_failure(met);
  if (http::is_private(error.kind())) recordings.failed(id, error.what());
  const bool is_rule = error.kind() == ErrorKind::invalid_input;
  return http::problem_response(error, is_rule ? kBroken : http::status_of(error.kind()), id);
}

void take(const Recordings& recordings, const RecordRow& row, const http::Request& request,
          const http::Respond& respond) {
  if (!is_json(request)) {
    return respond(wrong_type(request, "a body of type application/json"));
  }
  const Uuid id = client_id(request);
  store::Recording recording;
  try {
    recording.claim = row.claim(
        request.body, id,
        {.now = recordings.clock(), .source = recordings.hostname, .random = recordings.random});
  } catch (const interop::UnreadableBody&) {
    throw;
  } catch (const Error& error) {
    return respond(refusal(recordings, error, request.id));
  }
  const bool is_put = row.method == Method::put;
  recording.done = [id, respond, is_put](store::Said said) {
    const bool is_new = said == store::Said::now;
    Document answer = Document::object();
    answer.set("id", id).set("outcome", is_new ? "new" : "same");
    respond(http::json_response(answer, is_new && is_put ? kCreated : 200));
  };
  recording.failed = [recordings, respond, request_id = request.id](const Error& error) {
    respond(refusal(recordings, error, request_id));
  };
  recordings.service.record(std::move(recording));
}

http::RouteParameter id_parameter() {
  return {.name = "id",
          .description = "An id of version 7 that the client made.",
          .schema = Document::object().set("type", "string").set("format", "uuid"),
          .place = http::RouteParameter::Place::path,
          .is_required = true};
}

std::vector<http::RouteAnswer> answers_of(Method method) {
  const http::RouteAnswer same{200, "The same was recorded before."};
  if (method == Method::put) return {{kCreated, "Recorded, and on the disk."}, same};
  return {{200, "Recorded, and on the disk; or the same was recorded before."}};
}

std::vector<http::RouteAnswer> problems_of(Method method) {
  std::vector<http::RouteAnswer> problems = recording_problems();
  problems.push_back({409, method == Method::put ? "Another content was recorded under this id."
                                                 : "Another end was recorded, or it was deleted."});
  problems.push_back({kUnsupported, "The body is not said to be application/json."});
  problems.push_back({kBroken, "A member that breaks its rule, or a parent that nobody recorded."});
  if (method == Method::patch) problems.push_back({404, "Nobody began it."});
  return problems;
}

http::Route route_of(const RecordRow& row, const Recordings& recordings) {
  return {
      .method = row.method,
      .path = std::string(row.path),
      .scope = http::Scope::write,
      .tag = "history",
      .summary = std::string(row.summary),
      .parameters = {id_parameter()},
      .body = {{.schema = interop::schema_of(row.fields()), .example = row.example()}},
      .answers = answers_of(row.method),
      .problems = problems_of(row.method),
      .handler = [recordings, &row](const http::Request& request, const http::Respond& respond) {
        take(recordings, row, request, respond);
      }};
}

}  // namespace

bool is_json(const http::Request& request) {
  const std::string type = request.field("content-type").value_or("");
  const std::string_view essence = std::string_view{type}.substr(0, type.find_first_of("; \t"));
  constexpr std::string_view kJson = "application/json";
  return std::ranges::equal(essence, kJson, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
  });
}

std::vector<http::Route> record_routes(const Recordings& recordings) {
  std::vector<http::Route> routes;
  for (const RecordRow& row : kRecordRows) routes.push_back(route_of(row, recordings));
  return routes;
}

}  // namespace shelduck::server
