// SegmentHeader opens every segment: magic, version, domain, identity, the segment's own id, CRC.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "shelduck/core/uuid.hpp"
#include "shelduck/journal/identity.hpp"

namespace shelduck::journal {

inline constexpr std::size_t kSegmentHeaderBytes = 72;
// Of header and frames. A build reads its own version and older ones and writes its own.
inline constexpr std::uint32_t kFormatVersion = 1;

struct SegmentHeader {
  std::uint32_t version = kFormatVersion;
  Identity identity;
  Uuid segment;
};

enum class HeaderState { good, newer, damaged };

struct ParsedHeader {
  HeaderState state = HeaderState::damaged;
  SegmentHeader header;  // of a good one
};

[[nodiscard]] std::string encode(const SegmentHeader& header);
[[nodiscard]] ParsedHeader parse_header(std::string_view bytes);

}  // namespace shelduck::journal
