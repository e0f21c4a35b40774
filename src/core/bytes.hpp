// Byte counts for people: "100MB", "45.3 MB". Units are powers of 1000, as in apt and in disk
// sizes; KiB, MiB, GiB are powers of 1024.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shelduck {

// A whole count of bytes, or a number with kB, MB, GB, TB, KiB, MiB, GiB, TiB (any case, one space
// allowed). Anything else, a negative number, or more than 2^63 - 1 is no byte count.
[[nodiscard]] std::optional<std::int64_t> parse_bytes(std::string_view text);

[[nodiscard]] std::string human_bytes(double bytes);

}  // namespace shelduck
