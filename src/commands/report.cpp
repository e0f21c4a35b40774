#include "shelduck/commands/report.hpp"

namespace shelduck::commands {
namespace {

Document text_or_null(const std::string& text) {
  return text.empty() ? Document{} : Document{text};
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string rule_line(const ErrorDetail& detail, std::string_view message) {
  std::string line = detail.field.empty() ? "rule" : detail.field;
  if (!contains(message, detail.value)) line += " '" + detail.value + "'";
  return line + ": " + detail.rule;
}

}  // namespace

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
  if (!contains(message, detail.rule)) text += "  " + rule_line(detail, message) + "\n";
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
