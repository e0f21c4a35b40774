#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "shelduck/wire/serial_cutter.hpp"
#include "shelduck/wire/serial_lines.hpp"

namespace shelduck::wire {
namespace {

std::string record_line(std::int64_t timestamp) {
  return "SENSOR_RECORD 2 " + std::to_string(1700000000 + timestamp) + " 2150 4875 0\n";
}

// What a bad line does to one line of the hub: nothing, loses it, doubles it, or its end.
std::string garbled(const std::string& line) {
  switch (*rc::gen::weightedElement<int>({{6, 0}, {1, 1}, {1, 2}, {1, 3}, {1, 4}})) {
    case 1:
      return "";
    case 2:
      return line + line;
    case 3:
      return line.substr(0, line.size() - 1);
    case 4:
      return line.substr(0, *rc::gen::inRange<std::size_t>(0, line.size())) + "\n";
    default:
      return line;
  }
}

RC_GTEST_PROP(SerialLinesProperty, NoRecordIsMissingInABatchThatIsWhole, ()) {
  const auto count = *rc::gen::inRange<std::int64_t>(0, 19);
  std::string text = garbled("SENSOR_BATCH 2 " + std::to_string(count) + "\n");
  for (std::int64_t i = 0; i < count; ++i) text += garbled(record_line(i));
  text += garbled("BATCH_COMPLETE 2 " + std::to_string(count) + "\n");

  SerialCutter cutter;
  SerialLines lines{SerialKey::address};
  std::set<std::int64_t> stored;
  while (!text.empty()) {
    const auto piece = *rc::gen::inRange<std::size_t>(1, 50);
    for (const std::string& line : cutter.cut(text.substr(0, piece))) {
      for (const SerialEvent& event : lines.feed(line, 5)) {
        const auto* const row = std::get_if<SerialRow>(&event);
        if (row != nullptr && !row->refusal) stored.insert(row->reading.timestamp);
        const auto* const end = std::get_if<BatchEnd>(&event);
        if (end == nullptr || !end->is_whole) continue;
        RC_ASSERT(end->count <= stored.size());
        if (end->count == static_cast<std::uint64_t>(count)) {
          RC_ASSERT(stored.size() >= static_cast<std::size_t>(count));
        }
      }
    }
    text.erase(0, piece);
  }
}

}  // namespace
}  // namespace shelduck::wire
