#include "shelduck/wire/json_scanner.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace shelduck::wire {
namespace {

bool is_json_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool is_json_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr std::size_t kHexDigits = 4;

// The number of the four hexadecimal digits at the front.
std::optional<std::uint32_t> hex_unit(std::string_view text) noexcept {
  if (text.size() < kHexDigits) return std::nullopt;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + kHexDigits, number, 16);
  if (error != std::errc{} || end != text.data() + kHexDigits) return std::nullopt;
  return number;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  const auto tail = [&](std::uint32_t shift) { add(0x80U | (point >> shift & 0x3FU)); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xC0U | point >> 6U), tail(0);
  } else if (point < 0x10000) {
    add(0xE0U | point >> 12U), tail(6), tail(0);
  } else {
    add(0xF0U | point >> 18U), tail(12), tail(6), tail(0);
  }
}

constexpr std::uint32_t kReplacement = 0xFFFD;

bool is_high(std::uint32_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(std::uint32_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }

// `rest` begins after \u; returns how much of it was read.
std::size_t append_unit(std::string& out, std::string_view rest) {
  const std::uint32_t unit = hex_unit(rest).value_or(kReplacement);
  const std::string_view after = rest.substr(std::min(kHexDigits, rest.size()));
  if (is_high(unit) && after.starts_with("\\u")) {
    const std::uint32_t low = hex_unit(after.substr(2)).value_or(0);
    if (is_low(low)) {
      append_utf8(out, 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00));
      return 2 * kHexDigits + 2;
    }
  }
  append_utf8(out, is_high(unit) || is_low(unit) ? kReplacement : unit);
  return kHexDigits;
}

constexpr std::string_view kEscapes = R"("\/bfnrt)";
constexpr std::string_view kEscaped = "\"\\/\b\f\n\r\t";

}  // namespace

void JsonScanner::skip_space() noexcept {
  while (at_ < text_.size() && is_json_space(text_[at_])) ++at_;
}

bool JsonScanner::is_at(char wanted) noexcept {
  skip_space();
  return has(at_, wanted);
}

bool JsonScanner::take(char wanted) noexcept {
  if (!is_at(wanted)) return false;
  ++at_;
  return true;
}

bool JsonScanner::is_at_end() noexcept {
  skip_space();
  return at_ == text_.size();
}

JsonToken JsonScanner::text() noexcept {
  if (!take('"')) return {};
  const std::size_t start = at_;
  bool has_escapes = false;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      return {JsonKind::text, has_escapes, text_.substr(start, at_ - 1 - start)};
    }
    if (static_cast<unsigned char>(c) < 0x20) return {};
    if (c != '\\') continue;
    has_escapes = true;
    if (!skip_escape()) return {};
  }
  return {};
}

// To the last character of the escape.
bool JsonScanner::skip_escape() noexcept {
  if (++at_ == text_.size()) return false;
  if (text_[at_] != 'u') return kEscapes.find(text_[at_]) != std::string_view::npos;
  if (!hex_unit(text_.substr(at_ + 1))) return false;
  at_ += kHexDigits;
  return true;
}

bool JsonScanner::skip_digits() noexcept {
  const std::size_t start = at_;
  while (at_ < text_.size() && is_json_digit(text_[at_])) ++at_;
  return at_ > start;
}

JsonToken JsonScanner::number() noexcept {
  const std::size_t start = at_;
  if (has(at_, '-')) ++at_;
  if (has(at_, 'I')) {
    at_ = start;
    return word("-Infinity", JsonKind::not_a_number);
  }
  if (has(at_, '0')) {
    ++at_;
  } else if (!skip_digits()) {
    return {};
  }
  if (has(at_, '.')) {
    ++at_;
    if (!skip_digits()) return {};
  }
  if (has(at_, 'e') || has(at_, 'E')) {
    ++at_;
    if (has(at_, '+') || has(at_, '-')) ++at_;
    if (!skip_digits()) return {};
  }
  return {JsonKind::number, false, text_.substr(start, at_ - start)};
}

JsonToken JsonScanner::word(std::string_view word, JsonKind kind) noexcept {
  if (!text_.substr(at_).starts_with(word)) return {};
  at_ += word.size();
  return {kind, false, word};
}

JsonToken JsonScanner::value(int depth) noexcept {
  skip_space();
  if (at_ == text_.size()) return {};
  switch (text_[at_]) {
    case '"':
      return text();
    case '{':
    case '[':
      return container(depth);
    case 't':
      return word("true", JsonKind::truth);
    case 'f':
      return word("false", JsonKind::truth);
    case 'n':
      return word("null", JsonKind::null);
    case 'N':
      return word("NaN", JsonKind::not_a_number);
    case 'I':
      return word("Infinity", JsonKind::not_a_number);
    default:
      return number();
  }
}

JsonToken JsonScanner::container(int depth) noexcept {
  const std::size_t start = at_;
  const char end = text_[at_++] == '{' ? '}' : ']';
  if (depth == kDepthMax || (!take(end) && !skip_members(end, depth + 1))) return {};
  return {JsonKind::container, false, text_.substr(start, at_ - start)};
}

bool JsonScanner::skip_members(char end, int depth) noexcept {
  do {
    if (end == '}' && (text().kind == JsonKind::fault || !take(':'))) return false;
    if (value(depth).kind == JsonKind::fault) return false;
  } while (take(','));
  return take(end);
}

std::string unescaped(const JsonToken& text) {
  std::string out;
  const std::string_view written = text.written;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] != '\\' || i + 1 == written.size()) {
      out += written[i];
    } else if (written[++i] == 'u') {
      i += append_unit(out, written.substr(i + 1));
    } else {
      out += kEscaped[kEscapes.find(written[i])];
    }
  }
  return out;
}

}  // namespace shelduck::wire
