// Frames: what a command and the server that runs it for it say to each other over a Unix socket.
//
//   caller                                server
//   HELLO(protocol, version)      ->
//                                 <-      HELLO(protocol, version)
//   RUN(order)                    ->
//   CREDIT(bytes), CANCEL         ->  <-  OUT(bytes) ERR(bytes) PROGRESS(how far) FILE(name) ...
//                                         EXIT(code), or BUSY(why) instead of all of it
//
// A frame is its type (one byte), the length of its payload (four bytes, little-endian) and the
// payload. The server sends no more bytes of OUT, ERR and PROGRESS than it has credit for; it
// begins with kCreditBytes, and the caller gives back what it has written. FILE costs none: one
// open descriptor comes with each (channel.hpp), and there are no more than a database has tables.
// Only to an order that says that its caller takes files. After BUSY nothing was begun: the caller
// orders again while its patience lasts. Pure. Failure:
// take_frame throws Error(invalid_input) for a type or length that no peer sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::delegation {

// Grows with every change that an older peer would read wrongly.
inline constexpr std::uint32_t kProtocol = 4;
inline constexpr std::size_t kCreditBytes = 262'144;
inline constexpr std::size_t kPayloadBytesMax = 4UL << 20U;

enum class FrameType : std::uint8_t {
  hello = 1,
  run = 2,
  out = 3,
  err = 4,
  credit = 5,
  cancel = 6,
  exit = 7,
  progress = 8,
  file = 9,
  busy = 10,
};

struct Frame {
  FrameType type = FrameType::hello;
  std::string payload{};
};

[[nodiscard]] std::string encode(const Frame& frame);

// What a peer says that breaks `rule`.
[[nodiscard]] Error broken_frame(const std::string& rule);

// Takes the first frame off the front of `bytes`; nothing where it is not whole yet.
[[nodiscard]] std::optional<Frame> take_frame(std::string& bytes);

// A payload of a number, and of several texts.
[[nodiscard]] std::string encode_number(std::uint32_t number);
[[nodiscard]] std::uint32_t decode_number(std::string_view payload);
[[nodiscard]] std::string encode_texts(const std::vector<std::string>& texts);
[[nodiscard]] std::vector<std::string> decode_texts(std::string_view payload);

}  // namespace shelduck::delegation
