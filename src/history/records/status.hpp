// Status and phase: the words of the history contract. DO NOT CHANGE the numbers: they are on disk.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace shelduck::history {

enum class Status : std::uint8_t {
  pending = 0,
  running = 1,
  success = 2,
  failed = 3,
  skipped = 4,
  timeout = 5,
  interrupted = 6,
};

inline constexpr std::array<std::string_view, 7> kStatusNames{
    "pending", "running", "success", "failed", "skipped", "timeout", "interrupted"};

[[nodiscard]] constexpr std::string_view to_string(Status status) noexcept {
  return kStatusNames[static_cast<std::size_t>(status) % kStatusNames.size()];
}

[[nodiscard]] constexpr std::optional<Status> parse_status(std::string_view text) noexcept {
  for (std::size_t i = 0; i < kStatusNames.size(); ++i) {
    if (kStatusNames[i] == text) return static_cast<Status>(i);
  }
  return std::nullopt;
}

enum class Phase : std::uint8_t { check = 0, download = 1, execute = 2 };

inline constexpr std::array<std::string_view, 3> kPhaseNames{"CHECK", "DOWNLOAD", "EXECUTE"};

[[nodiscard]] constexpr std::string_view to_string(Phase phase) noexcept {
  return kPhaseNames[static_cast<std::size_t>(phase) % kPhaseNames.size()];
}

// Upper or lower case, as the PROGRESS protocol and the tables write it.
[[nodiscard]] constexpr std::optional<Phase> parse_phase(std::string_view text) noexcept {
  if (text == "CHECK" || text == "check") return Phase::check;
  if (text == "DOWNLOAD" || text == "download") return Phase::download;
  if (text == "EXECUTE" || text == "execute") return Phase::execute;
  return std::nullopt;
}

}  // namespace shelduck::history
