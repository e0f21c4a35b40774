#include "shelduck/core/document.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "shelduck/core/error.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck {

Document::Document(double value) {
  if (std::isfinite(value)) value_ = value;
}

Document& Document::set(std::string_view name, Document value) {
  auto* object = std::get_if<Object>(&value_);
  if (object == nullptr) throw Error{ErrorKind::bug, "a member was set on no object"};
  const auto found = std::find_if(object->begin(), object->end(),
                                  [&](const Member& member) { return member.first == name; });
  if (found != object->end()) {
    found->second = std::move(value);
  } else {
    object->emplace_back(std::string(name), std::move(value));
  }
  return *this;
}

Document& Document::add(Document element) {
  auto* array = std::get_if<Array>(&value_);
  if (array == nullptr) throw Error{ErrorKind::bug, "an element was added to no array"};
  array->push_back(std::move(element));
  return *this;
}

const Document* Document::find(std::string_view name) const {
  const Object* object = members();
  if (object == nullptr) return nullptr;
  for (const auto& [key, value] : *object) {
    if (key == name) return &value;
  }
  return nullptr;
}

namespace {

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto [end, failure] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  if (failure != std::errc{}) throw Error{ErrorKind::bug, "a number does not fit its buffer"};
  return {buffer.data(), end};
}

void append_escaped(std::string& out, std::string_view raw) {
  const std::string text = valid_utf8(raw);
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char escape[8];
          std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
          out += escape;
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// Prints a tree; `indent` < 0 means one line.
class JsonPrinter {
 public:
  explicit JsonPrinter(bool pretty) : pretty_(pretty) {}

  void print(const Document& value, int depth) {
    if (const auto* array = value.elements()) {
      print_list(*array, '[', ']', depth,
                 [&](const Document& element) { print(element, depth + 1); });
    } else if (const auto* object = value.members()) {
      print_list(*object, '{', '}', depth, [&](const Document::Member& member) {
        append_escaped(out_, member.first);
        out_ += pretty_ ? ": " : ":";
        print(member.second, depth + 1);
      });
    } else {
      print_scalar(value);
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  template <class List, class PrintItem>
  void print_list(const List& list, char open, char close, int depth, const PrintItem& print_item) {
    out_ += open;
    bool first = true;
    for (const auto& item : list) {
      if (!first) out_ += ',';
      first = false;
      new_line(depth + 1);
      print_item(item);
    }
    if (!list.empty()) new_line(depth);
    out_ += close;
  }

  void print_scalar(const Document& value) {
    if (const auto* text = value.text()) {
      append_escaped(out_, *text);
    } else if (const auto* integer = value.integer()) {
      out_ += std::to_string(*integer);
    } else if (const auto* number = value.number()) {
      out_ += number_text(*number);
    } else if (const auto* boolean = value.boolean()) {
      out_ += *boolean ? "true" : "false";
    } else {
      out_ += "null";
    }
  }

  void new_line(int depth) {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
  }

  bool pretty_;
  std::string out_;
};

std::string print_json(const Document& document, bool pretty) {
  JsonPrinter printer{pretty};
  printer.print(document, 0);
  return printer.take();
}

}  // namespace

std::string to_json(const Document& document) { return print_json(document, false); }
std::string to_pretty_json(const Document& document) { return print_json(document, true); }

std::string to_csv_field(const Document& value) {
  if (value.is_null()) return "";
  std::string text = value.text() != nullptr ? valid_utf8(*value.text()) : to_json(value);
  if (text.find_first_of(",\"\r\n") == std::string::npos && !text.empty()) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace shelduck
