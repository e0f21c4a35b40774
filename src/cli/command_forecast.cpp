#include "shelduck/cli/command_forecast.hpp"

#include "shelduck/cli/forecast_answer.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/history/calibration.hpp"
#include "shelduck/history/prediction.hpp"
#include "shelduck/history/remaining.hpp"
#include "shelduck/interop/model_state_json.hpp"
#include "shelduck/interop/plan_file.hpp"

namespace shelduck::cli {
namespace {

// Below five successes there is no forecast (history contract).
constexpr std::size_t kNeeded = 5;

forecast::NotEnough nothing_known() { return {.have = 0, .need = kNeeded}; }

history::Phase phase_of(const Request& request) {
  return history::parse_phase(request.arguments.value("phase").value()).value();
}

history::PredictOptions predict_options(const Request& request) {
  history::PredictOptions options{.plugins = request.arguments.positional_list("PLUGIN"),
                                  .phase = phase_of(request),
                                  .packages = request.arguments.whole_number("packages"),
                                  .download_bytes = request.arguments.byte_count("download-bytes"),
                                  .level = request.arguments.level("level").value(),
                                  .read_model = &interop::parse_model_state};
  if (request.input) {
    const std::filesystem::path& file = request.paths.find("plan")->second.front();
    options.plan = interop::parse_plan(*request.input, file.filename().string());
  }
  return options;
}

// A forecast that cannot be stored is still worth showing; it will only never be scored.
void store_forecasts(const std::vector<store::Record>& records, Inquiry& inquiry, Answer& answer) {
  if (records.empty()) return;
  try {
    inquiry.write(records);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::bug) throw;
    answer.notes.push_back(std::string("these forecasts are shown but not stored: ") +
                           error.what());
  }
}

history::RunId run_of(const std::string& text, std::string_view field) {
  if (const auto id = parse_uuid(text)) return history::RunId{*id};
  throw Error{ErrorKind::invalid_input,
              "'" + text + "' is no run's id",
              {.field = std::string(field),
               .value = text,
               .rule = "an id such as 01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21"}};
}

history::RemainingOptions remaining_options(const Request& request) {
  history::RemainingOptions options{.level = request.arguments.level("level").value(),
                                    .read_model = &interop::parse_model_state};
  options.plugin_name = request.arguments.value("plugin");
  const auto run = request.arguments.positional("RUN");
  if (options.plugin_name && run) {
    throw Error{ErrorKind::invalid_input,
                "a run and --plugin contradict each other",
                {.field = "--plugin", .value = *options.plugin_name, .rule = "one of both"}};
  }
  if (options.plugin_name) {
    const auto elapsed = request.arguments.number("elapsed");
    if (!elapsed) {
      throw Error{ErrorKind::invalid_input,
                  "--plugin needs --elapsed: how long it has been at work",
                  {.field = "--elapsed", .rule = "given together with --plugin"}};
    }
    options.elapsed = Seconds{*elapsed};
    if (const auto percent = request.arguments.number("percent")) {
      options.progress = *percent / 100;
    }
    return options;
  }
  for (const std::string_view of_plugin : {"elapsed", "percent"}) {
    const auto value = request.arguments.value(of_plugin);
    if (!value) continue;
    const std::string field = "--" + std::string(of_plugin);
    throw Error{ErrorKind::invalid_input,
                field + " needs --plugin: of a run it is recorded",
                {.field = field, .value = *value, .rule = "given together with --plugin"}};
  }
  if (!run && request.caller.run_id.empty()) {
    throw Error{ErrorKind::invalid_input,
                "'shelduck remaining' needs a run or --plugin",
                {.field = "RUN",
                 .rule = "a run's id, SHELDUCK_RUN, or --plugin with --elapsed",
                 .hint = "shelduck remaining --plugin apt --elapsed 60"}};
  }
  options.run = run ? run_of(*run, "RUN") : run_of(request.caller.run_id, "SHELDUCK_RUN");
  return options;
}

}  // namespace

Answer predict(const Request& request, Inquiry& inquiry) {
  const Instant now = request.clock();
  const history::Prediction prediction =
      history::predict(inquiry.connection, predict_options(request), now);
  Answer answer = predict_answer(document(prediction));
  if (answer.rows.empty()) answer.notes.emplace_back("no plugin was ever recorded");
  if (prediction.unreadable_models > 0) {
    answer.notes.push_back(std::to_string(prediction.unreadable_models) +
                           " trained models cannot be read and are left out: train again with "
                           "'shelduck history train'");
  }
  store_forecasts(history::new_forecasts(inquiry.connection, prediction, now), inquiry, answer);
  return answer;
}

Answer predict_nothing(const Request& request) {
  const history::PredictOptions options = predict_options(request);
  history::Prediction prediction{
      .level = options.level, .phase = options.phase, .plan = options.plan.name};
  prediction.total.assign(history::kTargets.size(), nothing_known());
  for (const std::string& plugin : options.plugins) {
    prediction.plugins.push_back({plugin, prediction.total});
  }
  return predict_answer(document(prediction));
}

Answer show_remaining(const Request& request, Inquiry& inquiry) {
  const history::RemainingOptions options = remaining_options(request);
  const auto remaining = history::remaining(inquiry.connection, options, request.clock());
  Answer answer = remaining_answer(document(remaining, options.level));
  if (remaining.plugins.empty()) answer.notes.emplace_back("nothing of this run is left to do");
  return answer;
}

Answer show_no_remaining(const Request& request) {
  const history::RemainingOptions options = remaining_options(request);
  if (options.run) {
    throw Error{ErrorKind::not_found,
                "no run has the id " + to_string(*options.run) + ": there is no history yet",
                {.field = "RUN", .value = to_string(*options.run), .rule = "a recorded run"}};
  }
  const history::RemainingAnswer nothing{.elapsed = options.elapsed, .remaining = nothing_known()};
  return remaining_answer(document(nothing, options.level));
}

Answer show_calibration(const Request&, Inquiry& inquiry) {
  Answer answer = calibration_answer(document(history::calibration(inquiry.connection)));
  if (answer.rows.empty()) answer.notes.emplace_back("no forecast has met its truth yet");
  return answer;
}

Answer show_no_calibration(const Request&) {
  return calibration_answer(document(history::Calibration{}));
}

}  // namespace shelduck::cli
