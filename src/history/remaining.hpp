// Remaining time of a run, or of one plugin that has been at work for a while.
//
//   const RemainingAnswer r = remaining(connection, {.plugin_name = "apt", .elapsed = Seconds{60}},
//                                       now);
//
// It conditions on the time that has passed and on progress: never negative, no jumps without news.
// Of a run: what its running executions still need, and the plugins of its last like runs that have
// not begun yet. Nothing is stored.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/history/prediction.hpp"

namespace shelduck::history {

// Either a run, or a plugin with the time it has been at work.
struct RemainingOptions {
  std::optional<RunId> run{};
  std::optional<std::string> plugin_name{};
  Seconds elapsed{0};
  std::optional<double> progress{};  // a fraction
  Phase phase = Phase::execute;
  double level = 0.9;
  ReadModel read_model{};  // of what was trained before; none: that is not used
};

struct PluginRemaining {
  std::string plugin_name;
  Seconds elapsed{0};
  bool is_running = false;  // false: it has not begun
  TargetForecast remaining;
};

struct RemainingAnswer {
  Seconds elapsed{0};
  TargetForecast remaining;
  std::vector<PluginRemaining> plugins;
};

// Throws Error: not_found for an unknown plugin or run; invalid_input for a negative time, a
// progress outside 0 to 1, a level outside (0, 1), or neither run nor plugin.
[[nodiscard]] RemainingAnswer remaining(store::Connection& connection,
                                        const RemainingOptions& options, Instant now);

[[nodiscard]] Document document(const RemainingAnswer& answer, double level);

}  // namespace shelduck::history
