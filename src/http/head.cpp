#include "shelduck/http/head.hpp"

#include <algorithm>
#include <charconv>

namespace shelduck::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr int kBadRequest = 400;

Refusal bad(const std::string& rule) { return Refusal{kBadRequest, rule}; }

bool is_token_letter(char letter) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= 'a' && letter <= 'z') || kMarks.find(letter) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_letter);
}

// RFC 9110, 5.5: visible letters, blanks, tabs, and bytes above ASCII.
bool is_value_letter(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte == '\t' || (byte >= 0x20U && byte != 0x7fU);
}

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Takes one line off the front; a line feed alone ends nothing.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos || end == 0 || text[end - 1] != '\r') {
    throw bad("every line of the head ends with CRLF");
  }
  const std::string_view line = text.substr(0, end - 1);
  text.remove_prefix(end + 1);
  return line;
}

Version read_version(std::string_view text) {
  if (text == "HTTP/1.1") return Version::http_1_1;
  if (text == "HTTP/1.0") return Version::http_1_0;
  if (text.starts_with("HTTP/") && text.size() == 8) {
    throw Refusal{505, "HTTP/1.1 or HTTP/1.0"};
  }
  throw bad("the request line is METHOD TARGET HTTP/1.1");
}

void read_request_line(std::string_view line, const HeadLimits& limits, Head& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    throw bad("the request line is METHOD TARGET HTTP/1.1");
  }
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  head.version = read_version(line.substr(last + 1));
  if (!is_token(head.method)) throw bad("the method is a token");
  if (head.target.size() > limits.target_bytes) {
    throw Refusal{414, "a target of at most " + std::to_string(limits.target_bytes) + " bytes"};
  }
  const auto is_visible = [](char letter) { return letter > 0x20 && letter < 0x7f; };
  if (!std::ranges::all_of(head.target, is_visible)) throw bad("a target of visible letters");
  const bool is_asterisk = head.target == "*" && head.method == "OPTIONS";
  if (!head.target.starts_with('/') && !is_asterisk) throw bad("a target that begins with a slash");
}

Field read_field(std::string_view line) {
  if (line.starts_with(' ') || line.starts_with('\t')) throw bad("no folded lines in the head");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    throw bad("a field is NAME: VALUE, without blanks in or after the name");
  }
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!std::ranges::all_of(value, is_value_letter)) throw bad("no control characters in a field");
  return {lower(line.substr(0, colon)), std::string(value)};
}

std::size_t count_of(const Head& head, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count(head.fields, name, &Field::first));
}

std::uint64_t read_length(std::string_view text) {
  std::uint64_t length = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) {
    throw bad("Content-Length is a whole number");
  }
  return length;
}

void judge_framing(Head& head) {
  const std::size_t lengths = count_of(head, "content-length");
  const std::size_t codings = count_of(head, "transfer-encoding");
  if (lengths > 1) throw bad("one Content-Length");
  if (codings > 1 || (codings == 1 && lengths == 1)) {
    throw bad("one Content-Length or one Transfer-Encoding, not both");
  }
  if (lengths == 1) head.content_length = read_length(*head.field("content-length"));
  if (codings == 0) return;
  if (head.version == Version::http_1_0) throw bad("no Transfer-Encoding in HTTP/1.0");
  if (lower(*head.field("transfer-encoding")) != "chunked") {
    throw bad("no Transfer-Encoding but chunked");
  }
  head.is_chunked = true;
}

void judge_host(Head& head) {
  if (count_of(head, "host") != 1) throw bad("exactly one Host");
  head.host = *head.field("host");
}

void judge_connection(Head& head) {
  const std::string connection = lower(head.field("connection").value_or(""));
  head.keeps_alive = head.version == Version::http_1_1
                         ? connection.find("close") == std::string::npos
                         : connection.find("keep-alive") != std::string::npos;
  const auto expectation = head.field("expect");
  if (!expectation) return;
  if (lower(*expectation) != "100-continue") throw Refusal{417, "no expectation but 100-continue"};
  head.wants_continue = head.version == Version::http_1_1;
}

}  // namespace

std::optional<std::string> Head::field(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &Field::first);
  if (found == fields.end()) return std::nullopt;
  return found->second;
}

Head read_head(std::string_view text, const HeadLimits& limits) {
  if (text.size() > limits.head_bytes) {
    throw Refusal{431, "a head of at most " + std::to_string(limits.head_bytes) + " bytes"};
  }
  Head head;
  read_request_line(take_line(text), limits, head);
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    if (head.fields.size() == limits.fields) {
      throw Refusal{431, "at most " + std::to_string(limits.fields) + " fields"};
    }
    head.fields.push_back(read_field(line));
  }
  if (!text.empty()) throw bad("a head ends with its empty line");
  judge_framing(head);
  judge_host(head);
  judge_connection(head);
  return head;
}

}  // namespace shelduck::http
