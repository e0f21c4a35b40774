#include "shelduck/server/predict_route.hpp"

#include <atomic>
#include <memory>

#include "shelduck/cli/cancel.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/history/prediction.hpp"
#include "shelduck/http/problem.hpp"
#include "shelduck/interop/prediction_json.hpp"
#include "shelduck/interop/recorded_json.hpp"
#include "shelduck/server/public_failure.hpp"
#include "shelduck/server/recording_problems.hpp"

namespace shelduck::server {
namespace {

constexpr int kNoJson = 415;
constexpr int kBrokenRule = 422;

// A question whose client may go away: whoever takes it first, the reader or the departure, has it.
struct Waited {
  cli::CancelToken cancel{};
  std::atomic<bool> is_taken{false};
};

// Whether they are on the disk, from now or from before.
bool store_forecasts(const Recordings& recordings, const std::vector<store::Record>& forecasts) {
  if (forecasts.empty()) return true;
  try {
    recordings.service.append(forecasts);
    return true;
  } catch (const Error& error) {
    // A forecast that cannot be stored is still worth showing; it will only never be scored.
    if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::bug) throw;
    return false;
  }
}

Document predict_and_store(const Recordings& recordings, const history::PredictOptions& options,
                           http::Scope scope, store::Connection& connection) {
  const Instant now = recordings.clock();
  const history::Prediction prediction = history::predict(connection, options, now);
  const bool is_stored =
      scope >= http::Scope::write &&
      store_forecasts(recordings, history::new_forecasts(connection, prediction, now));
  Document answer = history::document(prediction, history::ForecastIds::shown);
  return answer.set("stored", is_stored);
}

void answer_prediction(const Recordings& recordings, const http::Request& request,
                       const http::Respond& respond) {
  if (!is_json(request)) {
    return respond(wrong_type(request, "a body of type application/json"));
  }
  const auto refuse = [recordings, respond, id = request.id](const Error& met) {
    const Error error = public_failure(met);
    if (http::is_private(error.kind())) recordings.failed(id, error.what());
    const bool is_rule = error.kind() == ErrorKind::invalid_input;
    respond(
        http::problem_response(error, is_rule ? kBrokenRule : http::status_of(error.kind()), id));
  };
  history::PredictOptions options;
  try {
    options = interop::parse_prediction(request.body);
  } catch (const interop::UnreadableBody&) {
    throw;  // 400, as every error of a handler
  } catch (const Error& error) {
    return refuse(error);
  }
  const auto waited = std::make_shared<Waited>();
  request.departure->on([waited, respond] {
    waited->cancel.cancel();
    if (waited->is_taken.exchange(true)) return;
    respond(http::problem_response(503, "nobody waits for this answer", ""));
  });
  recordings.service.ask(
      {.work =
           [recordings, options, respond, waited,
            scope = request.scope](store::Connection& connection) {
             if (waited->is_taken.exchange(true)) return;
             const cli::CancelToken::Hook hook{waited->cancel, [&] { connection.interrupt(); }};
             waited->cancel.check();
             respond(
                 http::json_response(predict_and_store(recordings, options, scope, connection)));
           },
       .failed = refuse});
}

Document example_prediction() {
  return Document::object()
      .set("plugins", Document::array().add("apt"))
      .set("packages", 12)
      .set("level", 0.9);
}

}  // namespace

http::Route predict_route(const Recordings& recordings) {
  return {.method = http::Method::post,
          .path = "/api/history/predictions",
          .scope = http::Scope::read,
          .tag = "history",
          .summary = "Forecast time, CPU, memory and download, and keep the forecasts",
          .body = {{.schema = interop::prediction_schema(), .example = example_prediction()}},
          .problems = {{400, "The body cannot be read."},
                       {413, "The body is too large, as it comes or decoded."},
                       {kNoJson, "The body is not said to be application/json."},
                       {kBrokenRule, "A member that is not in the list or breaks its rule."},
                       {503, "Too much waits: try again."}},
          .handler = [recordings](const http::Request& request, const http::Respond& respond) {
            answer_prediction(recordings, request, respond);
          }};
}

}  // namespace shelduck::server
