#include "shelduck/commands/report.hpp"

#include <algorithm>
#include <cctype>

namespace shelduck::commands {
namespace {

Document text_or_null(const std::string& text) {
  return text.empty() ? Document{} : Document{text};
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// As a word of its own: the 0 of '10000' says nothing of a value 0.
bool says(std::string_view message, std::string_view value) {
  const auto is_part = [&](std::size_t at) {
    return at < message.size() && std::isalnum(static_cast<unsigned char>(message[at])) != 0;
  };
  for (std::size_t at = message.find(value); at != std::string_view::npos;
       at = message.find(value, at + 1)) {
    if (!is_part(at - 1) && !is_part(at + value.size())) return true;
  }
  return value.empty();
}

std::string rule_line(const ErrorDetail& detail, std::string_view message) {
  std::string line = detail.field.empty() ? "rule" : detail.field;
  if (!says(message, detail.value)) line += " '" + detail.value + "'";
  return line + ": " + detail.rule;
}

}  // namespace

Error in_words_of_flags(const Error& error, const Command& command) {
  std::string name = error.detail().field;
  std::ranges::replace(name, '_', '-');
  if (name.empty() || find_option(command, name) == nullptr) return error;
  ErrorDetail detail = error.detail();
  std::string message = error.what();
  if (message.starts_with(detail.field)) message.replace(0, detail.field.size(), "--" + name);
  detail.field = "--" + name;
  return Error{error.kind(), message, std::move(detail)};
}

Document error_document(const Error& error) {
  const ErrorDetail& detail = error.detail();
  Document inner = Document::object();
  inner.set("kind", to_string(error.kind()))
      .set("message", error.what())
      .set("field", text_or_null(detail.field))
      .set("value", text_or_null(detail.value))
      .set("rule", text_or_null(detail.rule))
      .set("hint", text_or_null(detail.hint));
  Document outer = Document::object();
  outer.set("error", inner);
  return outer;
}

std::string error_text(const Error& error) {
  const ErrorDetail& detail = error.detail();
  const std::string message = error.what();
  std::string text = "shelduck: " + message + "\n";
  const bool is_told =
      detail.rule.empty() || (contains(message, detail.rule) && says(message, detail.value));
  if (!is_told) text += "  " + rule_line(detail, message) + "\n";
  if (!detail.hint.empty()) text += "  " + detail.hint + "\n";
  return text;
}

ErrorForm error_form(std::span<const std::string> words, const Environment& environment) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const bool next_is_json = i + 1 < words.size() && words[i + 1] == "json";
    if (words[i] == "--json" || words[i] == "-j" || words[i] == "--format=json" ||
        words[i] == "-fjson" || (next_is_json && (words[i] == "--format" || words[i] == "-f"))) {
      return ErrorForm::json;
    }
  }
  return environment("SHELDUCK_FORMAT") == "json" ? ErrorForm::json : ErrorForm::text;
}

}  // namespace shelduck::commands
