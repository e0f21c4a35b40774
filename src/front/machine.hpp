// Facts about this machine and user that stand in the record of a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shelduck/core/time.hpp"

namespace shelduck::front {

[[nodiscard]] std::string host_name();
[[nodiscard]] std::optional<std::string> user_name();
[[nodiscard]] std::optional<std::string> boot_id();

// Of the local zone at that instant.
[[nodiscard]] std::optional<std::int64_t> utc_offset_minutes(Instant at);

}  // namespace shelduck::front
