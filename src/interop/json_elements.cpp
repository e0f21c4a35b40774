#include "shelduck/interop/json_elements.hpp"

namespace shelduck::interop {
namespace {

constexpr std::size_t kReadBytes = 65536;

// Of a longer element only the beginning is kept.
void keep(std::string& text, char c) {
  if (text.size() < JsonElements::kElementBytesMax) text += c;
}

}  // namespace

JsonElements::JsonElements(ByteReader read) : read_(std::move(read)) {}

std::optional<char> JsonElements::peek() {
  if (at_ == buffer_.size()) {
    buffer_.resize(kReadBytes);
    buffer_.resize(read_(buffer_.data(), buffer_.size()));
    at_ = 0;
    bytes_read_ += buffer_.size();
    if (buffer_.empty()) return std::nullopt;
  }
  return buffer_[at_];
}

std::optional<char> JsonElements::get() {
  const auto c = peek();
  if (!c) return std::nullopt;
  ++at_;
  if (*c == '\n') ++line_;
  return c;
}

std::optional<char> JsonElements::next_significant() {
  while (const auto c = get()) {
    if (*c != ' ' && *c != '\t' && *c != '\n' && *c != '\r') return c;
  }
  return std::nullopt;
}

bool JsonElements::begin_list() {
  has_begun_ = true;
  auto c = next_significant();
  if (c == '\xEF' && get() == '\xBB' && get() == '\xBF') c = next_significant();  // byte order mark
  if (!c) {
    damage_ = "the file is empty";
  } else if (*c != '[') {
    damage_ = "the file is no JSON list of runs";
  }
  is_over_ = !damage_.empty();
  return !is_over_;
}

bool JsonElements::read_string(std::string& text) {
  while (const auto c = get()) {
    keep(text, *c);
    if (*c == '"') return true;
    if (*c != '\\') continue;
    const auto escaped = get();
    if (!escaped) return false;
    keep(text, *escaped);
  }
  return false;
}

bool JsonElements::read_element(char first, std::string& text) {
  text = first;
  if (first == '"') return read_string(text);
  for (int depth = 1; depth > 0;) {
    const auto c = get();
    if (!c) return false;
    keep(text, *c);
    if (*c == '"' && !read_string(text)) return false;
    if (*c == '{' || *c == '[') ++depth;
    if (*c == '}' || *c == ']') --depth;
  }
  return true;
}

std::optional<JsonElement> JsonElements::next() {
  if (is_over_ || (!has_begun_ && !begin_list())) return std::nullopt;
  auto c = next_significant();
  while (c == ',') c = next_significant();
  if (!c || *c == ']') {
    is_over_ = true;
    if (!c) damage_ = "the file ends before its list does";
    return std::nullopt;
  }
  JsonElement element{{}, line_};
  const bool is_container = *c == '{' || *c == '[' || *c == '"';
  if (!is_container) {  // a bare word or number, up to what ends it
    element.text = *c;
    for (auto after = peek(); after && *after != ',' && *after != ']'; after = peek()) {
      keep(element.text, *get());
    }
    return element;
  }
  if (!read_element(*c, element.text)) {
    is_over_ = true;
    damage_ = "the file ends inside the entry that begins in line " + std::to_string(element.line);
    return std::nullopt;
  }
  return element;
}

}  // namespace shelduck::interop
