#include "shelduck/sensors/records/json_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace shelduck::sensors {
namespace {

// Where Python's repr changes to an exponent.
constexpr double kFixedFrom = 1e-4;
constexpr double kFixedBelow = 1e16;

// A double in fixed form within those borders takes 16 digits before or 4 + 17 after the point.
constexpr std::size_t kNumberBytes = 32;

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, kNumberBytes> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

bool is_fixed(double number) noexcept {
  const double size = std::abs(number);
  return size == 0 || (size >= kFixedFrom && size < kFixedBelow);
}

// Two decimals of at most 15 digits are never nearest to the same double, so one of these that is
// near to `number` is its shortest text. Most figures of readings are such: hundredths, and what
// lies between two of them.
constexpr double kShortUnit = 1e4;
constexpr double kShortBelow = 1e15;  // units

// False, and nothing is said, where the number has more places.
bool append_short(std::string& out, double number) {
  const double scaled = number * kShortUnit;
  if (!(std::abs(scaled) < kShortBelow) || number == 0) return false;  // zero has a sign
  const auto units = static_cast<std::int64_t>(scaled + std::copysign(0.5, scaled));
  if (static_cast<double>(units) / kShortUnit != number) return false;
  const std::int64_t size = std::abs(units);
  constexpr auto kUnit = static_cast<std::int64_t>(kShortUnit);
  std::array<char, kNumberBytes> text{};
  char* end = text.data();
  if (units < 0) *end++ = '-';
  end = std::to_chars(end, text.data() + text.size(), size / kUnit).ptr;
  *end++ = '.';
  std::int64_t rest = size % kUnit;
  do {
    rest *= 10;
    *end++ = static_cast<char>('0' + rest / kUnit);
    rest %= kUnit;
  } while (rest != 0);
  out.append(text.data(), end);
  return true;
}

}  // namespace

void append_python(std::string& out, double number) {
  if (append_short(out, number)) return;
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  const auto form = is_fixed(number) ? std::chars_format::fixed : std::chars_format::scientific;
  std::array<char, kNumberBytes> space{};
  const auto end = std::to_chars(space.data(), space.data() + space.size(), number, form).ptr;
  const std::string_view text{space.data(), static_cast<std::size_t>(end - space.data())};
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

std::string python_text(double number) {
  std::string text;
  append_python(text, number);
  return text;
}

void append_hundredths(std::string& out, std::int64_t count) {
  if (count < 0) out += '-';
  const std::uint64_t size =
      count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  append_number(out, size / 100);
  out += '.';
  out += static_cast<char>('0' + size / 10 % 10);
  if (size % 10 != 0) out += static_cast<char>('0' + size % 10);
}

void append_whole(std::string& out, std::int64_t number) { append_number(out, number); }

void append_address(std::string& out, std::uint64_t address) {
  if (address <= kExactMax) {
    append_number(out, address);
    return;
  }
  out += '"';
  append_number(out, address);
  out += '"';
}

void append_json(std::string& out, const Reading& reading) {
  out += R"({"flags":)";
  append_whole(out, reading.flags);
  out += R"(,"humidity_percent":)";
  append_hundredths(out, reading.humidity_centipercent);
  out += R"(,"humidity_raw":)";
  append_whole(out, reading.humidity_centipercent);
  out += R"(,"node_address":)";
  append_address(out, reading.node_address);
  out += R"(,"received_at":)";
  append_whole(out, reading.received_at);
  out += R"(,"temperature_celsius":)";
  append_hundredths(out, reading.temperature_centidegrees);
  out += R"(,"temperature_raw":)";
  append_whole(out, reading.temperature_centidegrees);
  out += R"(,"timestamp":)";
  append_whole(out, reading.timestamp);
  out += '}';
}

}  // namespace shelduck::sensors
