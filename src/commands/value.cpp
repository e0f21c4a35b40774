#include "shelduck/commands/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "shelduck/core/time.hpp"

namespace shelduck::commands {
namespace {

// The number at the front of `text` and what follows it.
template <class Number>
std::optional<std::pair<Number, std::string_view>> leading_number(std::string_view text) {
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return std::pair{number, text};
}

bool is_offset(std::string_view text) {
  const bool digits = std::all_of(text.begin() + 1, text.end(),
                                  [](char c) { return (c >= '0' && c <= '9') || c == ':'; });
  return digits && text.size() >= 3 && text.size() <= 6;
}

}  // namespace

std::optional<bool> read_switch(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kOn{"1", "true", "yes", "on"};
  static constexpr std::array<std::string_view, 4> kOff{"0", "false", "no", "off"};
  if (std::find(kOn.begin(), kOn.end(), text) != kOn.end()) return true;
  if (std::find(kOff.begin(), kOff.end(), text) != kOff.end()) return false;
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(std::string_view text) {
  const auto number = leading_number<std::int64_t>(text);
  if (!number || !number->second.empty()) return std::nullopt;
  return number->first;
}

std::optional<std::int64_t> read_whole(std::string_view text) {
  const auto number = read_integer(text);
  return number.value_or(-1) < 0 ? std::nullopt : number;
}

std::optional<double> read_number(std::string_view text) {
  const auto number = leading_number<double>(text);
  if (!number || !number->second.empty()) return std::nullopt;
  if (!std::isfinite(number->first) || number->first < 0) return std::nullopt;
  return number->first;
}

std::optional<double> read_level(std::string_view text) {
  const auto number = read_number(text);
  if (!number) return std::nullopt;
  const double level = *number < 1 ? *number : *number / 100;
  constexpr double kLevelMin = 0.001;
  if (!(level >= kLevelMin && level < 1)) return std::nullopt;
  return level;
}

std::optional<std::int64_t> read_age(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits{
      {{"", 86400}, {"h", 3600}, {"d", 86400}, {"w", 604800}, {"y", 31557600}}};
  const auto number = leading_number<std::int64_t>(text);
  if (!number || number->first <= 0 || number->first > 1'000'000) return std::nullopt;
  for (const auto& [unit, seconds] : kUnits) {
    if (unit == number->second) return number->first * seconds;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> read_address(std::string_view text) {
  const auto number = leading_number<std::uint64_t>(text);
  if (!number || !number->second.empty()) return std::nullopt;
  return number->first;
}

std::optional<std::int64_t> read_moment(std::string_view text) {
  constexpr std::int64_t kLastSecond = 253402300799;  // of the year 9999
  if (const auto seconds = read_whole(text)) {
    return *seconds <= kLastSecond ? seconds : std::nullopt;
  }
  const auto parsed = parse_instant(text);
  if (!parsed) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(parsed->instant).time_since_epoch().count();
}

bool is_zone(std::string_view text) {
  if (text.empty()) return false;
  if (text.front() == '+' || text.front() == '-') return is_offset(text);
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '+' || c == '-';
  });
}

}  // namespace shelduck::commands
