// What a step's record says about its own figures: which of them comes from where.
//
//   const StepQuality quality = parse_quality(R"({"cpu_user_seconds":"wait4"})");
//   quality.sources[0]       // {"cpu_user_seconds", "wait4"}
//
// Pure; any thread. Failure: none; a text that is no JSON object says nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shelduck::interop {

struct StepQuality {
  std::vector<std::pair<std::string, std::string>> sources{};  // of metrics, in their order
  std::optional<double> processes_left_behind{};
  std::optional<double> clock_jump_seconds{};
};

[[nodiscard]] StepQuality parse_quality(std::string_view text);

}  // namespace shelduck::interop
