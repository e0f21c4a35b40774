// Whatever the bytes are, a body is taken or refused as a whole, its rows are counted from 0, a
// good row is in range and is read again from its own text and from what is written of it. A body
// that another JSON parser takes is taken here, and the other way round where neither NaN nor a
// number too large for it can stand in it.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/sensors/records/json_text.hpp"
#include "shelduck/wire/json_readings.hpp"

namespace shelduck::wire {
namespace {

constexpr std::int64_t kNow = 1700000009;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_again(std::string_view text, const sensors::Reading& reading) {
  JsonReadings rows{text, JsonForm::document, kNow};
  const auto row = rows.next();
  require(row && !row->refusal && row->reading == reading && !rows.next());
}

// Whether the body was taken to its end.
bool read_all(std::string_view body, JsonForm form) {
  try {
    JsonReadings rows{body, form, kNow};
    std::size_t count = 0;
    while (const auto row = rows.next()) {
      require(row->index == count++);
      require(row->source.data() >= body.data() &&
              row->source.data() + row->source.size() <= body.data() + body.size());
      if (row->refusal) {
        require(!row->refusal->reason.empty());
        continue;
      }
      require(sensors::is_timestamp(row->reading.timestamp));
      require_again(row->source, row->reading);
      std::string written;
      sensors::append_json(written, row->reading);
      require_again(written, row->reading);
    }
    return true;
  } catch (const UnreadableBody& error) {
    require(form == JsonForm::document && error.kind() == ErrorKind::invalid_input);
    return false;
  }
}

// Whether NaN, Infinity, or a number with an exponent could stand there.
bool has_odd_numbers(std::string_view body) {
  for (std::size_t i = 1; i < body.size(); ++i) {
    const bool is_after_digit = body[i - 1] >= '0' && body[i - 1] <= '9';
    if (is_after_digit && (body[i] == 'e' || body[i] == 'E')) return true;
  }
  return body.find_first_of("NI") != std::string_view::npos;
}

void compare(std::string_view body, bool is_taken) {
  constexpr std::size_t kShort = 300;  // no number of so few digits is too large for a double
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (body[first] != '[' && body[first] != '{')) return;
  if (body.size() > kShort || has_odd_numbers(body)) return;
  if (body.find('\0') != std::string_view::npos) return;   // where the other parser ends
  if (body.find("\\u") != std::string_view::npos) return;  // halves of pairs, which it refuses
  std::size_t open = 0;
  for (const char c : body) open += c == '[' || c == '{' ? 1U : 0U;
  if (open < JsonScanner::kDepthMax) require(nlohmann::json::accept(body) == is_taken);
}

}  // namespace
}  // namespace shelduck::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace shelduck::wire;
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  require(read_all(body, JsonForm::lines));
  compare(body, read_all(body, JsonForm::document));
  return 0;
}
