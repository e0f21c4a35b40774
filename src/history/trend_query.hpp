// Does a plugin become slower or bigger? One metric of its successes, by day, week or month.
//
//   const Trend trend = ask(connection, TrendOptions{.plugin = "apt", .metric = "cpu_seconds",
//                                                    .granularity = "month", .now = clock()});
//
// Weeks begin on Monday. Buckets without a measured value are left out.
// Failure: Error(invalid_input) that lists the known words for an unknown metric or granularity;
//          Error(not_found) for a plugin that never ran.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/history/window.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

inline constexpr std::array<std::string_view, 7> kTrendMetrics{
    "wall_clock_seconds", "cpu_seconds",         "memory_peak_bytes", "io_read_bytes",
    "io_write_bytes",     "download_size_bytes", "packages_updated"};
inline constexpr std::array<std::string_view, 3> kGranularities{"day", "week", "month"};

struct TrendOptions {
  std::string plugin;
  std::string metric = "wall_clock_seconds";
  std::string granularity = "week";
  int days = kDefaultDays;
  Instant now{};
  std::string zone = "UTC";  // whose midnights begin the buckets
};

struct TrendPoint {
  Instant bucket_start;
  std::string local_date{};  // of the bucket's start in the zone of the report
  std::int64_t count = 0;
  double mean = 0;
  double min = 0;
  double max = 0;
  double p95 = 0;
};

struct Trend {
  std::string plugin_name;
  std::string metric;
  std::string granularity;
  std::string zone = "UTC";
  std::vector<TrendPoint> points;  // the oldest first
};

[[nodiscard]] Trend ask(store::Connection& connection, const TrendOptions& options);
[[nodiscard]] Document document(const Trend& trend);

}  // namespace shelduck::history
