#include "shelduck/wire/rules.hpp"

#include <charconv>

#include "shelduck/core/utf8.hpp"

namespace shelduck::wire {
namespace {

constexpr std::size_t kShownBytesMax = 40;

template <class Number>
std::optional<Number> parse_all(std::string_view text) noexcept {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || last != end) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::int64_t> parse_whole(std::string_view text) noexcept {
  return parse_all<std::int64_t>(text);
}

std::optional<std::uint64_t> parse_address(std::string_view text) noexcept {
  return parse_all<std::uint64_t>(text);
}

std::string shortened(std::string_view value) {
  if (value.size() <= kShownBytesMax) return valid_utf8(value);
  return valid_utf8(value.substr(0, kShownBytesMax)) + "...";
}

std::string needed(std::string_view rule) { return std::string(rule) + " is needed"; }

}  // namespace shelduck::wire
