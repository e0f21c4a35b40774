#include "shelduck/journal/segment_header.hpp"

#include "shelduck/journal/byte_order.hpp"
#include "shelduck/journal/crc32c.hpp"

namespace shelduck::journal {

namespace {

constexpr std::string_view kSegmentMagic = "SHDKSEG\n";
constexpr std::size_t kDomainBytes = 16;
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kDomainAt = 16;
constexpr std::size_t kIdentityAt = 32;
constexpr std::size_t kSegmentAt = 48;
constexpr std::size_t kHeaderCrcAt = 64;

}  // namespace

// magic 8, version 4, zero 4, domain 16, identity 16, segment 16, CRC 4 of all that, zero 4.
std::string encode(const SegmentHeader& header) {
  std::string bytes(kSegmentMagic);
  put(bytes, header.version);
  put(bytes, std::uint32_t{0});
  bytes += header.identity.domain;
  bytes.resize(kDomainAt + kDomainBytes, '\0');
  put(bytes, header.identity.uuid);
  put(bytes, header.segment);
  put(bytes, crc32c(bytes));
  put(bytes, std::uint32_t{0});
  return bytes;
}

ParsedHeader parse_header(std::string_view bytes) {
  ParsedHeader parsed;
  if (bytes.size() < kSegmentHeaderBytes ||
      bytes.substr(0, kSegmentMagic.size()) != kSegmentMagic ||
      get<std::uint32_t>(bytes, kHeaderCrcAt) != crc32c(bytes.substr(0, kHeaderCrcAt))) {
    return parsed;
  }
  parsed.header.version = get<std::uint32_t>(bytes, kVersionAt);
  const std::string_view domain = bytes.substr(kDomainAt, kDomainBytes);
  parsed.header.identity = {get_uuid(bytes, kIdentityAt),
                            std::string(domain.substr(0, domain.find('\0')))};
  parsed.header.segment = get_uuid(bytes, kSegmentAt);
  parsed.state = parsed.header.version > kFormatVersion ? HeaderState::newer : HeaderState::good;
  return parsed;
}

}  // namespace shelduck::journal
