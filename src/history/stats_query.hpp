// How does each plugin do? Counts by status, success rate, durations, CPU, memory, bytes.
//
//   const Stats stats = ask(connection, StatsOptions{.plugin = "apt", .now = clock()});
//
// One execution counts once, whatever its steps and estimates. Durations and CPU are over
// successes, the rate over everything finished (not skipped), memory and bytes over all. Plugins
// that only failed are listed. Executions that a better source covers are left out.
// Failure: Error(not_found) for a plugin that never ran; Error(invalid_input) for days below 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/history/status_counts.hpp"
#include "shelduck/history/window.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

// Whether a plugin is one row, or one row for each of its items (packages of emerge, outputs of
// ninja).
enum class StatsSplit { plugin, item };

struct StatsOptions {
  std::optional<std::string> plugin{};  // all of them by default
  int days = kDefaultDays;
  Instant now{};
  StatsSplit split = StatsSplit::plugin;
};

struct PluginStats {
  std::string plugin_name;
  std::optional<std::string> item;  // only where items are split
  StatusCounts counts;
  std::optional<double> success_rate;  // a fraction; none where nothing finished
  std::optional<double> wall_clock_seconds_mean;
  std::optional<double> wall_clock_seconds_median;
  std::optional<double> wall_clock_seconds_p95;
  std::optional<double> cpu_seconds_mean;
  std::optional<std::int64_t> memory_peak_bytes_max;
  std::optional<std::int64_t> download_size_bytes_total;
  Instant first_execution;
  Instant last_execution;
};

struct Stats {
  int days = kDefaultDays;
  StatsSplit split = StatsSplit::plugin;
  std::vector<PluginStats> plugins;  // by name, then item
};

[[nodiscard]] Stats ask(store::Connection& connection, const StatsOptions& options);
[[nodiscard]] Document document(const Stats& stats);

}  // namespace shelduck::history
