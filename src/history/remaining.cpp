#include "shelduck/history/remaining.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/conformal.hpp"
#include "shelduck/forecast/remaining.hpp"
#include "shelduck/forecast/totals.hpp"
#include "shelduck/history/known_plugin.hpp"
#include "shelduck/history/targets.hpp"
#include "shelduck/history/training_series.hpp"

namespace shelduck::history {
namespace {

using forecast::NotEnough;

using PredictiveOrReason = std::variant<forecast::Predictive, NotEnough>;

// The durations of some plugins: what is known of them, and what was fitted before.
struct Durations {
  std::unique_ptr<const std::vector<TrainingRow>>
      rows;  // what by_plugin looks at, wherever this moves
  RowsByPlugin by_plugin;
  FittedBefore before;
  Phase phase;
};

Durations durations_of(store::Connection& connection, const std::vector<std::string>& plugins,
                       const RemainingOptions& options) {
  auto rows = std::make_unique<const std::vector<TrainingRow>>(
      training_rows(connection, {.plugins = plugins, .phase = options.phase}));
  auto by_plugin = rows_by_plugin(*rows);
  return {
      std::move(rows), std::move(by_plugin),
      fitted_before(connection, {.plugins = plugins, .phase = options.phase, .target = kDuration},
                    options.read_model),
      options.phase};
}

PredictiveOrReason duration_of(const Durations& all, const std::string& plugin, Instant now) {
  const auto rows = all.by_plugin.find(plugin);
  if (rows == all.by_plugin.end()) return NotEnough{0, forecast::kSamplesNeeded};
  const TrainingSeries training = training_series(rows->second, kDuration);
  if (training.series.values.empty()) return NotEnough{0, forecast::kSamplesNeeded};
  const auto trained =
      forecast::train(training.series, all.before.of({plugin, all.phase, kDuration}));
  if (const auto* few = std::get_if<NotEnough>(&trained)) return *few;
  return forecast::predict(std::get<forecast::TrainedModel>(trained),
                           {.time = Seconds{now.time_since_epoch()}.count()});
}

RemainingAnswer remaining_of_plugin(store::Connection& connection, const RemainingOptions& options,
                                    Instant now) {
  const std::string plugin = known_plugin(connection, *options.plugin_name);
  const auto duration = duration_of(durations_of(connection, {plugin}, options), plugin, now);
  RemainingAnswer answer{.elapsed = options.elapsed, .remaining = NotEnough{0, 0}, .plugins = {}};
  if (const auto* few = std::get_if<NotEnough>(&duration)) {
    answer.remaining = *few;
  } else {
    answer.remaining =
        forecast::remaining_time(std::get<forecast::Predictive>(duration),
                                 {.elapsed = options.elapsed.count(), .progress = options.progress},
                                 {.level = options.level})
            .forecast;
  }
  answer.plugins.push_back({plugin, options.elapsed, true, answer.remaining});
  return answer;
}

struct RunState {
  Instant start;
  std::map<std::string, Instant> running;  // plugin and start of its running execution
  std::set<std::string> begun;
};

RunState state_of(store::Connection& connection, const RunId& run) {
  RunState state;
  const store::Result found = connection.query(
      "SELECT start_time, status FROM runs WHERE run_id = ? AND start_hash IS NOT NULL", {run});
  const auto row = found.first();
  if (!row) {
    throw Error{ErrorKind::not_found,
                "there is no run " + to_string(run) + " in the history",
                {.field = "run", .value = to_string(run), .hint = "shelduck history runs"}};
  }
  state.start = row->get<Instant>(0);
  for (const store::Row execution : connection.query(
           "SELECT plugin_name, status, start_time FROM executions WHERE run_id = ?", {run})) {
    const auto plugin = execution.get<std::string>(0);
    state.begun.insert(plugin);
    if (execution.get<std::string_view>(1) == "running") {
      state.running[plugin] = execution.get<Instant>(2);
    }
  }
  return state;
}

// The plugins that are still to come: those of the newest earlier run that began like this one and
// has ended.
std::vector<std::string> plugins_to_come(store::Connection& connection, const RunId& run,
                                         const RunState& state) {
  const store::Result like = connection.query(
      "SELECT e.run_id FROM executions e JOIN runs r ON r.run_id = e.run_id "
      "WHERE e.run_id <> $1 AND r.end_hash IS NOT NULL AND r.start_time < $2 "
      "AND e.plugin_name IN (SELECT plugin_name FROM executions WHERE run_id = $1) "
      "GROUP BY e.run_id HAVING count(DISTINCT e.plugin_name) = "
      "(SELECT count(DISTINCT plugin_name) FROM executions WHERE run_id = $1) "
      "ORDER BY max(r.start_time) DESC LIMIT 1",
      {run, state.start});
  std::vector<std::string> plugins;
  const auto row = like.first();
  if (!row) return plugins;
  for (const store::Row member :
       connection.query("SELECT plugin_name FROM executions WHERE run_id = ? GROUP BY plugin_name "
                        "ORDER BY min(start_time), plugin_name",
                        {row->get<Uuid>(0)})) {
    const auto plugin = member.get<std::string>(0);
    if (!state.begun.contains(plugin)) plugins.push_back(plugin);
  }
  return plugins;
}

RemainingAnswer remaining_of_run(store::Connection& connection, const RemainingOptions& options,
                                 Instant now) {
  const RunState state = state_of(connection, *options.run);
  std::vector<std::string> plugins;
  for (const auto& [plugin, start] : state.running) plugins.push_back(plugin);
  const auto to_come = plugins_to_come(connection, *options.run, state);
  plugins.insert(plugins.end(), to_come.begin(), to_come.end());

  RemainingAnswer answer{.elapsed = std::max(Seconds{now - state.start}, Seconds{0}),
                         .remaining = forecast::Forecast{.level = options.level},
                         .plugins = {}};
  if (plugins.empty()) return answer;  // nothing runs and nothing is expected: 0 seconds
  const Durations durations = durations_of(connection, plugins, options);
  std::vector<forecast::Member> members;
  std::optional<NotEnough> lacking;
  for (const std::string& plugin : plugins) {
    const auto duration = duration_of(durations, plugin, now);
    const auto running = state.running.find(plugin);
    PluginRemaining part{.plugin_name = plugin,
                         .elapsed = Seconds{0},
                         .is_running = running != state.running.end(),
                         .remaining = NotEnough{0, 0}};
    if (part.is_running) part.elapsed = std::max(Seconds{now - running->second}, Seconds{0});
    if (const auto* few = std::get_if<NotEnough>(&duration)) {
      part.remaining = *few;
      lacking = *few;
    } else {
      const auto& next = std::get<forecast::Predictive>(duration);
      const forecast::Elapsed elapsed{.elapsed = part.elapsed.count()};
      part.remaining = forecast::remaining_time(next, elapsed, {.level = options.level}).forecast;
      forecast::Member member{.amount = next};
      if (part.is_running) member.running = elapsed;
      members.push_back(std::move(member));
    }
    answer.plugins.push_back(std::move(part));
  }
  if (lacking) {
    answer.remaining = *lacking;
  } else {
    answer.remaining =
        forecast::total(members, {}, {.interval = {.level = options.level}}).forecast;
  }
  return answer;
}

}  // namespace

RemainingAnswer remaining(store::Connection& connection, const RemainingOptions& options,
                          Instant now) {
  forecast::check_level(options.level);
  forecast::check(forecast::Elapsed{options.elapsed.count(), options.progress});
  if (options.run) return remaining_of_run(connection, options, now);
  if (options.plugin_name) return remaining_of_plugin(connection, options, now);
  throw Error{
      ErrorKind::invalid_input,
      "remaining needs a run, or a plugin with its elapsed time",
      {.field = "run", .rule = "name a run or --plugin", .hint = "shelduck remaining --help"}};
}

Document document(const RemainingAnswer& answer, double level) {
  const auto with_level = [&](const TargetForecast& forecast) {
    Document made = document(forecast);
    if (std::holds_alternative<forecast::Forecast>(forecast)) made.set("level", level * 100);
    return made;
  };
  Document plugins = Document::array();
  for (const PluginRemaining& plugin : answer.plugins) {
    Document entry = Document::object();
    entry.set("plugin_name", plugin.plugin_name).set("is_running", plugin.is_running);
    entry.set("elapsed_seconds", plugin.elapsed).set("remaining", with_level(plugin.remaining));
    plugins.add(std::move(entry));
  }
  Document whole = Document::object();
  whole.set("elapsed_seconds", answer.elapsed).set("remaining", with_level(answer.remaining));
  return whole.set("plugins", std::move(plugins));
}

}  // namespace shelduck::history
