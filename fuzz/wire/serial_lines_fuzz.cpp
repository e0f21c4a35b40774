// Whatever bytes come down the line, and however they are cut, every event is bounded text, a row
// is in range or refused with a rule, and an answer is a line of its own.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/utf8.hpp"
#include "shelduck/wire/serial_cutter.hpp"
#include "shelduck/wire/serial_lines.hpp"

namespace shelduck::wire {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_event(const SerialEvent& event) {
  if (const auto* const row = std::get_if<SerialRow>(&event)) {
    require(is_valid_utf8(row->source));
    if (row->refusal) {
      require(!row->refusal->field.empty() && !row->refusal->reason.empty());
    } else {
      require(sensors::is_timestamp(row->reading.timestamp));
    }
  } else if (const auto* const end = std::get_if<BatchEnd>(&event)) {
    require(acknowledgement(*end, true).ends_with(end->is_whole ? " 0" : " 1"));
    require(acknowledgement(*end, false).ends_with(" 1"));
  } else {
    require(!std::get<TornMessage>(event).reason.empty());
  }
}

std::vector<std::string> lines_in_pieces(std::string_view bytes, std::size_t piece) {
  SerialCutter cutter;
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    for (std::string& line : cutter.cut(bytes.substr(at, piece))) lines.push_back(std::move(line));
  }
  return lines;
}

void follow(std::string_view bytes, SerialKey key) {
  const auto lines = lines_in_pieces(bytes, bytes.size());
  require(lines == lines_in_pieces(bytes, 1) && lines == lines_in_pieces(bytes, 7));
  SerialLines follower{key};
  std::int64_t now = 1700000000;
  for (const std::string& line : lines) {
    require(!line.empty() && line.size() <= SerialLines::kLineBytesMax);
    for (const SerialEvent& event : follower.feed(line, now)) require_event(event);
    now += 3;
  }
}

}  // namespace
}  // namespace shelduck::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace shelduck::wire;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  follow(bytes, SerialKey::address);
  follow(bytes, SerialKey::device);
  return 0;
}
