// Prediction: what the next execution of each plugin will take, and what they take together.
//
//   const Prediction p = predict(connection, {.plugins = {"apt"}, .packages = 40}, now);
//   print(document(p));
//   store.write(new_forecasts(connection, p, now));   // issued; scored when their truth arrives
//
// A forecast learns from the successful executions of its plugin and phase. Below five of them it
// says so; from there on it gives a point, and bounds where an interval is honest at that level.
// The total follows the plan and its interval is made for the total itself, never by adding bounds.
// Threads: predict() uses a second one, which may be the one that asks the connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/forecast/select.hpp"
#include "shelduck/history/models.hpp"
#include "shelduck/history/records/record.hpp"
#include "shelduck/history/targets.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::history {

// Which plugins go together: waves follow one another, members of a mutex never run together.
// Plugins that no wave names are left out of the total; without waves all run one after another.
struct PlanOfPlugins {
  struct Wave {
    std::vector<std::string> plugins;
    std::size_t max_parallel = 0;  // 0: no limit
  };
  std::string name = "sequential";  // as it stands in the answer: the file's name
  std::vector<Wave> waves{};
  std::vector<std::vector<std::string>> mutexes{};
};

struct PredictOptions {
  std::vector<std::string> plugins{};  // empty: every plugin of the history
  Phase phase = Phase::execute;
  std::optional<std::int64_t> packages{};  // known size of the work
  std::optional<std::int64_t> download_bytes{};
  double level = 0.9;  // a fraction
  PlanOfPlugins plan{};
  ReadModel read_model{};  // of what was trained before; none: that is not used
};

using TargetForecast = std::variant<forecast::Forecast, forecast::NotEnough>;

// One entry per kTargets, in that order; none where nothing was ever measured.
struct PluginPrediction {
  std::string plugin_name;
  std::vector<std::optional<TargetForecast>> targets;
};

struct Prediction {
  double level = 0.9;
  Phase phase = Phase::execute;
  std::vector<PluginPrediction> plugins;
  std::vector<std::optional<TargetForecast>> total;
  std::vector<std::string> total_of;  // the plugins of the total, sorted
  std::string plan;
  std::string inputs;                 // JSON: what was known
  std::size_t unreadable_models = 0;  // that were trained before and are left out
};

// Throws Error: not_found for an unknown plugin, invalid_input for a level outside (0, 1) or a plan
// that names a plugin twice.
[[nodiscard]] Prediction predict(store::Connection& connection, const PredictOptions& options,
                                 Instant now);

// The records of those forecasts that are not stored yet: the identity of a forecast is its plugin
// or total, phase, target, model, level, inputs and number of observations.
[[nodiscard]] std::vector<store::Record> new_forecasts(store::Connection& connection,
                                                       const Prediction& prediction, Instant now);

// Whether each forecast is shown with the id under which new_forecasts() stores it.
enum class ForecastIds { left_out, shown };

[[nodiscard]] Document document(const Prediction& prediction,
                                ForecastIds ids = ForecastIds::left_out);
[[nodiscard]] Document document(const TargetForecast& forecast);

}  // namespace shelduck::history
