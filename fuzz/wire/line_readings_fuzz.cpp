// Whatever the bytes are, lines come in ascending order, each is refused with a rule or is a
// reading in range that is read again from its own text, and a line is never longer than the body.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "shelduck/wire/line_readings.hpp"

namespace shelduck::wire {
namespace {

constexpr std::int64_t kNow = 1700000009;

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<LineMapping> all_mappings() {
  auto mappings = line_preset("default").value();
  const auto more = line_preset("rtl_433").value();
  mappings.insert(mappings.end(), more.begin(), more.end());
  return mappings;
}

void read_lines(std::string_view body, Precision precision) {
  static const auto mappings = all_mappings();
  const LineOptions options{precision, kNow, mappings};
  try {
    LineReadings rows{body, options};
    std::uint64_t line = 0;
    while (const auto row = rows.next()) {
      require(row->line > line);
      line = row->line;
      require(row->source.data() >= body.data() &&
              row->source.data() + row->source.size() <= body.data() + body.size());
      LineReadings again{row->source, options};
      const auto same = again.next();
      require(same && same->refusal == row->refusal && !again.next());
      if (row->refusal) {
        require(!row->refusal->reason.empty());
        continue;
      }
      require(sensors::is_timestamp(row->reading.timestamp));
      require(same->reading == row->reading && same->label == row->label);
      require(row->label.empty() || label_address(row->label) == row->reading.node_address);
    }
  } catch (const UnreadableBody&) {
    require(body.find_first_not_of(" \t\r\n") == std::string_view::npos);
  }
}

}  // namespace
}  // namespace shelduck::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace shelduck::wire;
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  const auto precision = static_cast<Precision>(size % 6);
  read_lines(body, precision);
  return 0;
}
