#include "shelduck/wire/line_point.hpp"

#include <algorithm>
#include <array>

#include "shelduck/wire/rules.hpp"

namespace shelduck::wire {
namespace {

constexpr std::array<std::string_view, 10> kTruths{"t", "T", "true",  "True",  "TRUE",
                                                   "f", "F", "false", "False", "FALSE"};

bool is_decimal_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::size_t count_digits(std::string_view text) noexcept {
  const auto* const end = std::find_if_not(text.begin(), text.end(), is_decimal_digit);
  return static_cast<std::size_t>(end - text.begin());
}

// -?D*[.D*][(e|E)[+-]D+] with a digit before the exponent.
bool is_real(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  std::size_t digits = count_digits(text);
  text.remove_prefix(digits);
  if (text.starts_with('.')) {
    const std::size_t fraction = count_digits(text.substr(1));
    digits += fraction;
    text.remove_prefix(1 + fraction);
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && count_digits(text) == text.size();
}

bool is_whole_field(std::string_view text) noexcept {
  const std::string_view digits = text.substr(0, text.size() - 1);
  return text.ends_with('i') ? parse_whole(digits).has_value() : parse_address(digits).has_value();
}

// From after the opening quote to the closing one; npos where there is none.
std::size_t end_of_string(std::string_view text, std::size_t at) noexcept {
  for (; at < text.size(); ++at) {
    if (text[at] == '"') return at;
    if (text[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

// As string_view::find, which is a call for each character that is looked at.
bool is_one_of(char c, std::string_view few) noexcept {
  return std::any_of(few.begin(), few.end(), [c](char one) { return one == c; });
}

// The first of `ends` that no backslash takes away, or the end.
std::size_t end_of_name(std::string_view text, std::size_t at, std::string_view ends) noexcept {
  for (; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size() && is_one_of(text[at + 1], kPartEscapes)) {
      ++at;
    } else if (is_one_of(text[at], ends)) {
      break;
    }
  }
  return std::min(at, text.size());
}

}  // namespace

std::string_view PointParser::parse(std::string_view line) {
  line_ = line;
  at_ = 0;
  point_.tags.clear();
  point_.fields.clear();
  point_.timestamp.reset();
  skip_spaces();
  const std::size_t start = at_;
  at_ = end_of_name(line_, at_, kMeasurementEscapes);
  point_.measurement = line_.substr(start, at_ - start);
  if (point_.measurement.empty()) {
    return broken("a line begins with its measurement", "measurement", start);
  }
  if (const auto fault = parse_tags(); !fault.empty()) return fault;
  if (const auto fault = parse_fields(); !fault.empty()) return fault;
  return parse_timestamp();
}

std::string_view PointParser::parse_tags() {
  while (take(',')) {
    const std::size_t start = at_;
    if (point_.tags.size() == kPartsMax) {
      return broken("a point has at most 1024 tags", "tag", start);
    }
    PointTag tag;
    tag.key = name(kPartEscapes);
    if (tag.key.empty() || !take('=')) {
      return broken("a tag is a name, '=' and a value", "tag", start);
    }
    const std::size_t value = at_;
    tag.value = name(kPartEscapes);
    if (tag.value.empty()) return broken("a tag has a value", tag.key, value);
    if (at_ < line_.size() && line_[at_] == '=') {
      return broken("a '=' in a tag's value is written '\\='", tag.key, value);
    }
    point_.tags.push_back(tag);
  }
  return {};
}

std::string_view PointParser::parse_fields() {
  skip_spaces();
  if (at_ == line_.size()) return broken("a point has a field", "field", at_);
  do {
    const std::size_t start = at_;
    if (point_.fields.size() == kPartsMax) {
      return broken("a point has at most 1024 fields", "field", start);
    }
    PointField& field = point_.fields.emplace_back();
    field.key = name(kPartEscapes);
    if (field.key.empty() || !take('=')) {
      return broken("a field is a name, '=' and a value", "field", start);
    }
    const std::size_t value = at_;
    const auto fault = take('"') ? parse_string() : parse_value();
    if (!fault.empty()) return broken(fault, field.key, value);
  } while (take(','));
  return {};
}

std::string_view PointParser::parse_string() {
  const std::size_t end = end_of_string(line_, at_);
  if (end == std::string_view::npos) return "a string ends with a quote";
  point_.fields.back().kind = FieldKind::text;
  point_.fields.back().value = line_.substr(at_, end - at_);
  at_ = end + 1;
  if (at_ == line_.size() || line_[at_] == ',' || line_[at_] == ' ') return {};
  return "after a string comes a comma, a space or the end";
}

std::string_view PointParser::parse_value() {
  const std::size_t end = std::min(line_.find_first_of(", ", at_), line_.size());
  const std::string_view text = line_.substr(at_, end - at_);
  at_ = end;
  PointField& field = point_.fields.back();
  field.value = text;
  if (is_real(text)) return {};
  if (text.ends_with('i') || text.ends_with('u')) {
    field.value.remove_suffix(1);
    if (is_whole_field(text)) return {};
    return "an integer is -2^63 to 2^63-1 with i, or 0 to 2^64-1 with u";
  }
  field.kind = FieldKind::truth;
  if (std::find(kTruths.begin(), kTruths.end(), text) != kTruths.end()) return {};
  return "a field's value is a number, true or false, or a string in quotes";
}

std::string_view PointParser::parse_timestamp() {
  skip_spaces();
  if (at_ == line_.size()) return {};
  const std::size_t start = at_;
  const std::size_t end = std::min(line_.find(' ', at_), line_.size());
  point_.timestamp = parse_whole(line_.substr(at_, end - at_));
  at_ = end;
  skip_spaces();
  if (!point_.timestamp || at_ != line_.size()) {
    faulty_ = {"timestamp", line_.substr(start)};
    return "after the fields comes at most a timestamp, a whole number";
  }
  return {};
}

std::string_view PointParser::broken(std::string_view rule, std::string_view name,
                                     std::size_t from) noexcept {
  faulty_ = {name, line_.substr(from, end_of_name(line_, from, ", ") - from)};
  return rule;
}

std::string_view PointParser::name(std::string_view ends) {
  const std::size_t start = at_;
  at_ = end_of_name(line_, at_, ends);
  return line_.substr(start, at_ - start);
}

bool PointParser::take(char wanted) noexcept {
  if (at_ == line_.size() || line_[at_] != wanted) return false;
  ++at_;
  return true;
}

void PointParser::skip_spaces() noexcept {
  while (take(' ')) continue;
}

std::string unescaped(std::string_view written, std::string_view escapes) {
  std::string out;
  out.reserve(written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    const bool is_escape = written[i] == '\\' && i + 1 < written.size() &&
                           escapes.find(written[i + 1]) != std::string_view::npos;
    if (is_escape) ++i;
    out += written[i];
  }
  return out;
}

bool stands_for(std::string_view written, std::string_view plain, std::string_view escapes) {
  if (written == plain) return true;
  if (written.size() <= plain.size() || written.find('\\') == std::string_view::npos) return false;
  return unescaped(written, escapes) == plain;
}

std::size_t end_of_line(std::string_view body, std::size_t start) noexcept {
  const std::size_t first = std::min(body.find('\n', start), body.size());
  const std::string_view line = body.substr(start, first - start);
  if (line.find('"') == std::string_view::npos) return first;
  const std::size_t text = line.find_first_not_of(" \t\r");
  if (text == std::string_view::npos || line[text] == '#') return first;
  // A quote opens a string only right after the '=' of a field, and fields begin at a space.
  std::size_t at = end_of_name(body, start + text, " \n");
  while ((at = end_of_name(body, at, "=\n")) < body.size() && body[at] == '=') {
    ++at;
    if (!body.substr(at).starts_with('"')) continue;
    at = end_of_string(body, at + 1);
    if (at == std::string_view::npos) return body.size();
  }
  return at;
}

}  // namespace shelduck::wire
