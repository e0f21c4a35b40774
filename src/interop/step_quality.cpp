#include "shelduck/interop/step_quality.hpp"

#include <nlohmann/json.hpp>

namespace shelduck::interop {
namespace {

std::optional<double> number_in(const nlohmann::ordered_json& quality, const char* name) {
  const auto found = quality.find(name);
  if (found == quality.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

}  // namespace

StepQuality parse_quality(std::string_view text) {
  const auto quality = nlohmann::ordered_json::parse(text, nullptr, false);
  StepQuality result;
  if (!quality.is_object()) return result;
  for (const auto& [metric, source] : quality.items()) {
    if (source.is_string()) result.sources.emplace_back(metric, source.get<std::string>());
  }
  result.processes_left_behind = number_in(quality, "processes_left_behind");
  result.clock_jump_seconds = number_in(quality, "clock_jump_seconds");
  return result;
}

}  // namespace shelduck::interop
