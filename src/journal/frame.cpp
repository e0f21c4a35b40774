#include "shelduck/journal/frame.hpp"

#include "shelduck/journal/byte_order.hpp"
#include "shelduck/journal/crc32c.hpp"

namespace shelduck::journal {

namespace {

constexpr std::size_t kFrameCrcAt = 4;
constexpr std::size_t kAfterCrc = 8;
constexpr std::size_t kMarkerBytes = 9;
constexpr std::size_t kVoidNoticeBytes = 24;
// The first byte of a marker.
constexpr unsigned kPreviousSynced = 1;
constexpr unsigned kClosing = 2;

std::string_view bytes_of(const Uuid& uuid) {
  return {reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size()};
}

bool is_kind(std::uint8_t value) {
  return value >= static_cast<std::uint8_t>(FrameKind::record) &&
         value <= static_cast<std::uint8_t>(FrameKind::void_notice);
}

// Over the length and everything behind the CRC field.
std::uint32_t checksum(std::string_view frame, std::uint32_t seed) {
  return crc32c(frame.substr(kAfterCrc), crc32c(frame.substr(0, kFrameCrcAt), seed));
}

}  // namespace

FrameCodec::FrameCodec(const Uuid& segment) : seed_(crc32c(bytes_of(segment))) {}

void FrameCodec::append_to(std::string& out, const Frame& frame) const {
  const std::size_t start = out.size();
  put(out, static_cast<std::uint32_t>(frame.payload.size()));
  put(out, std::uint32_t{0});
  put(out, frame.sequence);
  put(out, frame.batch);
  put(out, frame.type);
  put(out, static_cast<std::uint8_t>(frame.kind));
  put(out, std::uint8_t{0});
  out += frame.payload;
  std::string crc;
  put(crc, checksum(std::string_view(out).substr(start), seed_));
  out.replace(start + kFrameCrcAt, crc.size(), crc);
}

ParsedFrame FrameCodec::parse(std::string_view bytes) const {
  if (bytes.size() < kFrameHeaderBytes) return {std::nullopt, FrameFault::incomplete};
  const auto length = get<std::uint32_t>(bytes, 0);
  const auto kind = get<std::uint8_t>(bytes, 22);
  if (length > kPayloadBytesMax || !is_kind(kind)) return {std::nullopt, FrameFault::bad};
  if (bytes.size() - kFrameHeaderBytes < length) return {std::nullopt, FrameFault::incomplete};
  bytes = bytes.substr(0, kFrameHeaderBytes + length);
  if (checksum(bytes, seed_) != get<std::uint32_t>(bytes, kFrameCrcAt)) {
    return {std::nullopt, FrameFault::bad};
  }
  return {Frame{.sequence = get<std::uint64_t>(bytes, 8),
                .batch = get<std::uint32_t>(bytes, 16),
                .kind = static_cast<FrameKind>(kind),
                .type = get<std::uint16_t>(bytes, 20),
                .payload = bytes.substr(kFrameHeaderBytes)},
          FrameFault::bad};
}

std::string encode(const Marker& marker) {
  std::string payload;
  put(payload, static_cast<std::uint8_t>((marker.previous_synced ? kPreviousSynced : 0) |
                                         (marker.closing ? kClosing : 0)));
  put(payload, marker.offset);
  return payload;
}

std::optional<Marker> decode_marker(std::string_view payload) {
  if (payload.size() < kMarkerBytes) return std::nullopt;
  const auto flags = get<std::uint8_t>(payload, 0);
  return Marker{.previous_synced = (flags & kPreviousSynced) != 0,
                .closing = (flags & kClosing) != 0,
                .offset = get<std::uint64_t>(payload, 1)};
}

std::string encode(const VoidNotice& notice) {
  std::string payload;
  put(payload, notice.segment);
  put(payload, notice.last_synced);
  return payload;
}

std::optional<VoidNotice> decode_void_notice(std::string_view payload) {
  if (payload.size() < kVoidNoticeBytes) return std::nullopt;
  return VoidNotice{.segment = get_uuid(payload, 0),
                    .last_synced = get<std::uint64_t>(payload, 16)};
}

}  // namespace shelduck::journal
