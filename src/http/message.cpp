#include "shelduck/http/message.hpp"

#include <algorithm>
#include <array>

namespace shelduck::http {
namespace {

struct MethodName {
  Method method;
  std::string_view name;
};

constexpr std::array kMethodNames{
    MethodName{Method::get, "GET"},         MethodName{Method::head, "HEAD"},
    MethodName{Method::options, "OPTIONS"}, MethodName{Method::post, "POST"},
    MethodName{Method::put, "PUT"},         MethodName{Method::patch, "PATCH"},
    MethodName{Method::remove, "DELETE"}};

constexpr std::array<std::string_view, 4> kScopeNames{"open", "read", "write", "admin"};

struct Reason {
  int status;
  std::string_view phrase;
};

constexpr std::array kReasons{Reason{200, "OK"},
                              Reason{201, "Created"},
                              Reason{204, "No Content"},
                              Reason{304, "Not Modified"},
                              Reason{400, "Bad Request"},
                              Reason{401, "Unauthorized"},
                              Reason{403, "Forbidden"},
                              Reason{404, "Not Found"},
                              Reason{405, "Method Not Allowed"},
                              Reason{408, "Request Timeout"},
                              Reason{409, "Conflict"},
                              Reason{411, "Length Required"},
                              Reason{413, "Content Too Large"},
                              Reason{414, "URI Too Long"},
                              Reason{415, "Unsupported Media Type"},
                              Reason{417, "Expectation Failed"},
                              Reason{422, "Unprocessable Content"},
                              Reason{429, "Too Many Requests"},
                              Reason{431, "Request Header Fields Too Large"},
                              Reason{500, "Internal Server Error"},
                              Reason{501, "Not Implemented"},
                              Reason{503, "Service Unavailable"},
                              Reason{505, "HTTP Version Not Supported"},
                              Reason{507, "Insufficient Storage"}};

std::optional<std::string> first_of(const std::vector<Field>& fields, std::string_view name) {
  const auto found =
      std::ranges::find_if(fields, [&](const Field& field) { return field.first == name; });
  if (found == fields.end()) return std::nullopt;
  return found->second;
}

}  // namespace

std::string_view to_string(Method method) noexcept {
  return std::ranges::find(kMethodNames, method, &MethodName::method)->name;
}

std::optional<Method> parse_method(std::string_view text) noexcept {
  const auto* found = std::ranges::find(kMethodNames, text, &MethodName::name);
  if (found == kMethodNames.end()) return std::nullopt;
  return found->method;
}

std::string_view to_string(Scope scope) noexcept {
  return kScopeNames.at(static_cast<std::size_t>(scope));
}

std::optional<Scope> parse_scope(std::string_view text) noexcept {
  for (const Scope scope : {Scope::read, Scope::write, Scope::admin}) {
    if (text == to_string(scope)) return scope;
  }
  return std::nullopt;
}

std::optional<std::string> Request::query_value(std::string_view name) const {
  return first_of(query, name);
}

std::optional<std::string> Request::field(std::string_view name) const {
  return first_of(fields, name);
}

Response json_response(const Document& document, int status) {
  return {.status = status, .content_type = "application/json", .body = to_json(document) + "\n"};
}

std::string_view reason_phrase(int status) noexcept {
  const auto* found = std::ranges::find(kReasons, status, &Reason::status);
  return found == kReasons.end() ? std::string_view{} : found->phrase;
}

}  // namespace shelduck::http
