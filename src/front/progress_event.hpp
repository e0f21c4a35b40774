// One line of the progress channel: {"type": "progress", "phase": "download", "percent": 40}.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shelduck::front {

enum class ProgressKind { phase_start, progress, phase_end };

struct ProgressEvent {
  ProgressKind kind = ProgressKind::progress;
  std::string phase;
  std::optional<double> percent;  // 0 to 100
  std::optional<std::int64_t> bytes_downloaded;
  std::optional<std::int64_t> bytes_total;
  std::optional<std::int64_t> items_completed;
  std::optional<std::int64_t> items_total;
};

// Reads a JSON object, with or without the prefix "PROGRESS:". The kind is the member `type` (or
// `event`). Members that are not known, and values that cannot be (a percent of 200, negative
// counts), are passed over; nothing for lines that are no event of this protocol.
[[nodiscard]] std::optional<ProgressEvent> parse_progress(std::string_view line);

inline constexpr std::string_view kProgressPrefix = "PROGRESS:";

}  // namespace shelduck::front
