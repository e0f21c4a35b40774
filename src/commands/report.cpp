#include "shelduck/commands/report.hpp"

namespace shelduck::commands {
namespace {

Document text_or_null(const std::string& text) {
  return text.empty() ? Document{} : Document{text};
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
  std::string text = "shelduck: " + std::string(error.what()) + "\n";
  if (!error.detail().hint.empty()) text += "  " + error.detail().hint + "\n";
  return text;
}

}  // namespace shelduck::commands
