#include "shelduck/delegation/frame.hpp"

namespace shelduck::delegation {
namespace {

constexpr std::size_t kNumberBytes = 4;
constexpr std::size_t kHeadBytes = 1 + kNumberBytes;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = kNumberBytes; i > 0; --i) {
    number = number << 8U | static_cast<std::uint8_t>(bytes[at + i - 1]);
  }
  return number;
}

}  // namespace

Error broken_frame(const std::string& rule) {
  return Error{ErrorKind::invalid_input,
               "what came over the server's socket is no frame: " + rule,
               {.field = "frame", .rule = rule}};
}

std::string encode_number(std::uint32_t number) {
  std::string bytes;
  for (std::size_t i = 0; i < kNumberBytes; ++i) {
    bytes += static_cast<char>(number >> (8 * i) & 0xffU);
  }
  return bytes;
}

std::uint32_t decode_number(std::string_view payload) {
  if (payload.size() < kNumberBytes) throw broken_frame("a number of four bytes");
  return number_at(payload, 0);
}

std::string encode(const Frame& frame) {
  return static_cast<char>(frame.type) +
         encode_number(static_cast<std::uint32_t>(frame.payload.size())) + frame.payload;
}

std::optional<Frame> take_frame(std::string& bytes) {
  if (bytes.size() < kHeadBytes) return std::nullopt;
  const auto type = static_cast<std::uint8_t>(bytes.front());
  if (type < static_cast<std::uint8_t>(FrameType::hello) ||
      type > static_cast<std::uint8_t>(FrameType::busy)) {
    throw broken_frame("a known type");
  }
  const std::size_t length = number_at(bytes, 1);
  if (length > kPayloadBytesMax) {
    throw broken_frame("a payload of at most " + std::to_string(kPayloadBytesMax) + " bytes");
  }
  if (bytes.size() < kHeadBytes + length) return std::nullopt;
  Frame frame{static_cast<FrameType>(type), bytes.substr(kHeadBytes, length)};
  bytes.erase(0, kHeadBytes + length);
  return frame;
}

std::string encode_texts(const std::vector<std::string>& texts) {
  std::string bytes;
  for (const std::string& text : texts) {
    bytes += encode_number(static_cast<std::uint32_t>(text.size())) + text;
  }
  return bytes;
}

std::vector<std::string> decode_texts(std::string_view payload) {
  std::vector<std::string> texts;
  while (!payload.empty()) {
    const std::size_t length = decode_number(payload);
    payload.remove_prefix(kNumberBytes);
    if (length > payload.size()) throw broken_frame("texts that are whole");
    texts.emplace_back(payload.substr(0, length));
    payload.remove_prefix(length);
  }
  return texts;
}

}  // namespace shelduck::delegation
