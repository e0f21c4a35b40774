// The targets: what is forecast, judged and listed as a series, in the order of every answer.
#pragma once

#include <array>
#include <string_view>

namespace shelduck::history {

inline constexpr std::array<std::string_view, 4> kTargets{
    "wall_clock_seconds", "cpu_seconds", "memory_peak_bytes", "download_size_bytes"};

inline constexpr std::string_view kDuration = kTargets.front();

}  // namespace shelduck::history
