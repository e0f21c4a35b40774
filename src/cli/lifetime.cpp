#include "shelduck/cli/lifetime.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "shelduck/history/window.hpp"

namespace shelduck::cli {
namespace {

// Questions about the starts within the last days; `daily` counts days by today's date, and
// `remaining` what has passed since a start; `sensors nodes` and `readings` look at the present
// second.
constexpr std::array<std::string_view, 5> kOfWindow{
    "history runs", "history stats", "history trend", "history series", "history accuracy"};
constexpr std::array<std::string_view, 10> kOfRowsAlone{
    "history show",           "calibration",     "sensors list",
    "sensors latest",         "sensors stats",   "sensors hourly",
    "sensors daily",          "sensors quality", "sensors forecast",
    "sensors quarantine list"};

}  // namespace

bool is_lasting(const commands::Command& command) noexcept {
  return std::ranges::find(kOfRowsAlone, command.path) != kOfRowsAlone.end() ||
         std::ranges::find(kOfWindow, command.path) != kOfWindow.end();
}

Instant same_until(const Request& request, store::Connection& connection) {
  const std::string_view path = request.arguments.command->path;
  if (std::ranges::find(kOfWindow, path) == kOfWindow.end()) return Instant::max();
  const auto days = std::min<std::int64_t>(request.arguments.whole_number("days").value(),
                                           std::numeric_limits<int>::max());
  return history::window_end(connection, static_cast<int>(days), request.clock());
}

}  // namespace shelduck::cli
