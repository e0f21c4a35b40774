#include "shelduck/http/target.hpp"

#include <algorithm>
#include <optional>

#include "shelduck/core/error.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck::http {
namespace {

enum class Plus { as_it_stands, is_space };

Error broken_target(std::string_view text, const std::string& rule) {
  return Error{ErrorKind::invalid_input,
               "the request target breaks a rule: " + rule,
               {.field = "target", .value = std::string(text.substr(0, 200)), .rule = rule}};
}

std::optional<unsigned> hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return static_cast<unsigned>(letter - '0');
  if (letter >= 'a' && letter <= 'f') return static_cast<unsigned>(letter - 'a') + 10U;
  if (letter >= 'A' && letter <= 'F') return static_cast<unsigned>(letter - 'A') + 10U;
  return std::nullopt;
}

char percent_octet(std::string_view text, std::size_t at) {
  const auto high = at + 2 < text.size() ? hex_digit(text[at + 1]) : std::nullopt;
  const auto low = high ? hex_digit(text[at + 2]) : std::nullopt;
  if (!low) throw broken_target(text, "% is followed by two hexadecimal digits");
  return static_cast<char>(*high * 16U + *low);
}

std::string decoded(std::string_view text, Plus plus) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      result += percent_octet(text, i);
      i += 2;
    } else {
      result += text[i] == '+' && plus == Plus::is_space ? ' ' : text[i];
    }
  }
  const auto is_control = [](char letter) {
    return static_cast<unsigned char>(letter) < 0x20U || letter == '\x7f';
  };
  if (std::ranges::any_of(result, is_control)) throw broken_target(text, "no control characters");
  if (!is_valid_utf8(result)) throw broken_target(text, "UTF-8");
  return result;
}

std::string decoded_segment(std::string_view text) {
  std::string segment = decoded(text, Plus::as_it_stands);
  if (segment.empty() || segment == "." || segment == ".." ||
      segment.find_first_of("/\\") != std::string::npos) {
    throw broken_target(text,
                        "a path of segments that are not empty, '.' or '..' and hold no slash");
  }
  return segment;
}

std::string decoded_path(std::string_view text) {
  if (text.empty() || text.front() != '/') throw broken_target(text, "begins with a slash");
  std::string path;
  if (text == "/") return "/";
  for (std::size_t begin = 1; begin <= text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    path += '/' + decoded_segment(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return path;
}

std::vector<Field> decoded_query(std::string_view text) {
  std::vector<Field> query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = equals < pair.size() ? pair.substr(equals + 1) : "";
    query.emplace_back(decoded(pair.substr(0, equals), Plus::is_space),
                       decoded(value, Plus::is_space));
  }
  return query;
}

}  // namespace

Target parse_target(std::string_view text) {
  const std::size_t mark = std::min(text.find('?'), text.size());
  Target target;
  target.path = decoded_path(text.substr(0, mark));
  if (mark < text.size()) target.query = decoded_query(text.substr(mark + 1));
  return target;
}

}  // namespace shelduck::http
