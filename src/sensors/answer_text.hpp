// AnswerObject writes one JSON object of an answer straight into a text: compact, its keys in the
// order of the calls, which is the alphabet's. No tree is built, because pages hold thousands.
//
//   AnswerObject body{out};
//   body.whole("count", 2).list("readings", readings, append_json).whole("total", 40);
//   body.end_line();
//
// Private to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/sensors/records/json_text.hpp"

namespace shelduck::sensors {

class AnswerObject {
 public:
  explicit AnswerObject(std::string& out) : out_(out) { out_ += '{'; }

  // A word of our own, without anything to escape; the value follows by whoever called.
  std::string& key(std::string_view name);

  AnswerObject& whole(std::string_view name, std::int64_t value);
  AnswerObject& whole(std::string_view name, const std::optional<std::int64_t>& value);
  AnswerObject& number(std::string_view name, double value);
  AnswerObject& number(std::string_view name, const std::optional<double>& value);
  AnswerObject& truth(std::string_view name, bool value);
  AnswerObject& text(std::string_view name, std::string_view value);
  AnswerObject& null(std::string_view name);
  AnswerObject& address(std::string_view name, std::uint64_t address);

  template <class Values, class Append>
  AnswerObject& list(std::string_view name, const Values& values, Append append) {
    key(name) += '[';
    bool is_first = true;
    for (const auto& value : values) {
      if (!is_first) out_ += ',';
      is_first = false;
      append(out_, value);
    }
    out_ += ']';
    return *this;
  }

  void end() { out_ += '}'; }
  // Of a whole body.
  void end_line() { out_ += "}\n"; }

 private:
  std::string& out_;
  bool is_first_ = true;
};

// A text in quotation marks, with escapes.
void append_quoted(std::string& out, std::string_view text);

}  // namespace shelduck::sensors
