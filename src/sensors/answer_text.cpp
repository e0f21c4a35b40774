#include "shelduck/sensors/answer_text.hpp"

#include "shelduck/core/document.hpp"

namespace shelduck::sensors {

std::string& AnswerObject::key(std::string_view name) {
  if (!is_first_) out_ += ',';
  is_first_ = false;
  out_ += '"';
  out_ += name;
  out_ += "\":";
  return out_;
}

AnswerObject& AnswerObject::whole(std::string_view name, std::int64_t value) {
  append_whole(key(name), value);
  return *this;
}

AnswerObject& AnswerObject::whole(std::string_view name, const std::optional<std::int64_t>& value) {
  return value ? whole(name, *value) : null(name);
}

AnswerObject& AnswerObject::number(std::string_view name, double value) {
  append_python(key(name), value);
  return *this;
}

AnswerObject& AnswerObject::number(std::string_view name, const std::optional<double>& value) {
  return value ? number(name, *value) : null(name);
}

AnswerObject& AnswerObject::truth(std::string_view name, bool value) {
  key(name) += value ? "true" : "false";
  return *this;
}

AnswerObject& AnswerObject::text(std::string_view name, std::string_view value) {
  append_quoted(key(name), value);
  return *this;
}

AnswerObject& AnswerObject::null(std::string_view name) {
  key(name) += "null";
  return *this;
}

AnswerObject& AnswerObject::address(std::string_view name, std::uint64_t address) {
  append_address(key(name), address);
  return *this;
}

void append_quoted(std::string& out, std::string_view text) {
  out += to_json(Document{std::string(text)});
}

}  // namespace shelduck::sensors
