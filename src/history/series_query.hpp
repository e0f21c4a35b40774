// What did each execution of a plugin take? The observations that forecasts learn from.
//
//   const Series series = ask(connection, SeriesOptions{.plugin = "apt", .now = clock()});
//
// Every execution has a point, whatever its status; a value that was not measured is none.
// Failure: Error(invalid_input) that lists the targets for an unknown one; Error(not_found) for a
//          plugin that never ran.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/history/records/status.hpp"
#include "shelduck/history/targets.hpp"
#include "shelduck/history/window.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

struct SeriesOptions {
  std::string plugin;
  std::string target = "wall_clock_seconds";
  int days = kDefaultDays;
  Instant now{};
};

struct SeriesPoint {
  Instant start_time;
  std::optional<double> value;
  Status status = Status::pending;
  std::optional<std::int64_t> packages_updated;
  std::optional<std::int64_t> download_size_bytes;
};

struct Series {
  std::string plugin_name;
  std::string target;
  std::vector<SeriesPoint> points;  // the oldest first
};

[[nodiscard]] Series ask(store::Connection& connection, const SeriesOptions& options);
[[nodiscard]] Document document(const Series& series);

}  // namespace shelduck::history
