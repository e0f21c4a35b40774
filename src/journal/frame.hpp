// Frames are what a segment consists of after its header. All numbers are little-endian.
//
//   0  u32  payload length          20  u16  record type (0 where the kind is not record)
//   4  u32  CRC-32C                 22  u8   kind
//   8  u64  sequence, from 1        23  u8   0
//   16 u32  batch number, from 1    24  ...  payload
//
// The CRC is seeded with the segment's id and covers everything but itself, so bytes of another
// segment, an older file or a frame of zeros never pass. A batch is what one sync covers: it begins
// with a marker frame and holds the frames of one or several appends. The marker of the next batch
// is written as soon as the sync is over and before anything of the batch is acknowledged, so what
// no marker follows is not acknowledged, or its writer is dead.
//
// DO NOT CHANGE the numbers below: they are on disks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/core/uuid.hpp"

namespace shelduck::journal {

inline constexpr std::size_t kFrameHeaderBytes = 24;
inline constexpr std::uint32_t kPayloadBytesMax = 16U << 20;

enum class FrameKind : std::uint8_t {
  record = 1,
  marker = 2,       // starts a batch
  void_notice = 3,  // another segment counts only up to a sequence
};

// A frame as it stands in a buffer; `payload` points into that buffer.
struct Frame {
  std::uint64_t sequence = 0;
  std::uint32_t batch = 0;
  FrameKind kind = FrameKind::record;
  std::uint16_t type = 0;
  std::string_view payload;

  [[nodiscard]] std::size_t bytes() const { return kFrameHeaderBytes + payload.size(); }
};

// Says, at the start of a batch, whether its writer knew the batch before it to be on the disk. The
// offset is the marker's own, so that a copy of a marker inside a payload is no marker.
struct Marker {
  bool previous_synced = false;
  bool closing = false;  // its writer has let the segment go and writes no more of it
  std::uint64_t offset = 0;
};

// "Segment X is void after its last synced sequence."
struct VoidNotice {
  Uuid segment;
  std::uint64_t last_synced = 0;

  bool operator==(const VoidNotice&) const = default;
};

enum class FrameFault {
  incomplete,  // the bytes end before the frame does
  bad,         // length, kind or CRC is wrong
};

struct ParsedFrame {
  std::optional<Frame> frame;
  FrameFault fault = FrameFault::bad;  // where there is no frame
};

// Frames of one segment; holds the seed that the segment's id gives. Safe from any thread.
class FrameCodec {
 public:
  explicit FrameCodec(const Uuid& segment);

  void append_to(std::string& out, const Frame& frame) const;

  // Reads the frame at the start of `bytes`. Never looks behind its end, whatever stands there.
  [[nodiscard]] ParsedFrame parse(std::string_view bytes) const;

 private:
  std::uint32_t seed_;
};

[[nodiscard]] std::string encode(const Marker& marker);
[[nodiscard]] std::string encode(const VoidNotice& notice);
// None where the payload is too short; longer ones are of a newer version, which may add fields.
[[nodiscard]] std::optional<Marker> decode_marker(std::string_view payload);
[[nodiscard]] std::optional<VoidNotice> decode_void_notice(std::string_view payload);

}  // namespace shelduck::journal
