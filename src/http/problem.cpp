#include "shelduck/http/problem.hpp"

#include "shelduck/core/utf8.hpp"

namespace shelduck::http {
namespace {

// Seconds after which a client may try again: a backlog or a restart is over by then.
constexpr std::string_view kRetryAfter = "1";

std::string slug(int status) {
  std::string word{reason_phrase(status)};
  for (char& letter : word) {
    if (letter == ' ') letter = '_';
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return word;
}

Response problem(int status, const Document& document) {
  Response response = json_response(document, status);
  response.content_type = "application/problem+json";
  if (status == 503 || status == 429) response.fields.emplace_back("retry-after", kRetryAfter);
  return response;
}

Document members(std::string_view word, int status, std::string_view detail, std::string_view id) {
  Document document = Document::object();
  document.set("type", "urn:shelduck:problem:" + std::string(word))
      .set("title", reason_phrase(status))
      .set("status", status)
      .set("detail", detail)
      .set("error", detail);
  if (!id.empty()) document.set("instance", "urn:uuid:" + std::string(id));
  return document;
}

Document field_error(const ErrorDetail& detail) {
  Document error = Document::object();
  error.set("field", detail.field).set("value", detail.value).set("rule", detail.rule);
  return error;
}

}  // namespace

int status_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid_input:
      return 400;
    case ErrorKind::refused:
      return 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::busy:
    case ErrorKind::cancelled:
    case ErrorKind::fatal:
      return 503;
    case ErrorKind::exhausted:
      return 507;
    case ErrorKind::io:
    case ErrorKind::corrupt:
    case ErrorKind::bug:
      return 500;
  }
  return 500;
}

bool is_private(ErrorKind kind) noexcept {
  return kind == ErrorKind::exhausted || kind == ErrorKind::io || kind == ErrorKind::corrupt ||
         kind == ErrorKind::fatal || kind == ErrorKind::bug;
}

Response problem_response(const Error& error, std::string_view request_id) {
  return problem_response(error, status_of(error.kind()), request_id);
}

Response problem_response(const Error& error, int status, std::string_view request_id,
                          const Document& more) {
  std::string_view detail = error.what();
  if (is_private(error.kind())) {
    detail = error.kind() == ErrorKind::exhausted
                 ? "the server has no space, memory or descriptors left for this"
                 : "the server could not answer; its log says why under this request's id";
  }
  Document document = members(to_string(error.kind()), status, detail, request_id);
  const ErrorDetail& cause = error.detail();
  if (!is_private(error.kind())) {
    if (!cause.field.empty()) document.set("errors", Document::array().add(field_error(cause)));
    if (!cause.hint.empty()) document.set("hint", cause.hint);
  }
  for (const auto& [name, value] : *more.members()) document.set(name, value);
  return problem(status, document);
}

Response problem_response(int status, std::string_view detail, std::string_view request_id,
                          const ErrorDetail& cause) {
  Document document = members(slug(status), status, detail, request_id);
  if (!cause.field.empty()) document.set("errors", Document::array().add(field_error(cause)));
  return problem(status, document);
}

std::string shown_value(std::string_view written) {
  constexpr std::size_t kShownBytesMax = 40;
  if (written.size() <= kShownBytesMax) return valid_utf8(written);
  return valid_utf8(written.substr(0, kShownBytesMax)) + "...";
}

}  // namespace shelduck::http
