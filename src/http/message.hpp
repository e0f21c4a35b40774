// What a route gets and what it gives back: values that know no socket.
//
//   Response answer(const Request& request) {
//     return json_response(Document::object().set("plugin", request.query_value("plugin")));
//   }
//
// Terms: RFC 9110. Field names are lower case; query, path captures and body are decoded (percent
// signs, gzip), the target stands as it came. All of it is plain data, safe to hand to another
// thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/http/departure.hpp"

namespace shelduck::http {

// `options` and `head` are answered by the server; routes name the others.
enum class Method { get, head, options, post, put, patch, remove };

[[nodiscard]] std::string_view to_string(Method method) noexcept;  // "GET", "DELETE"
[[nodiscard]] std::optional<Method> parse_method(std::string_view text) noexcept;

// What credentials allow; each includes those before it.
enum class Scope { open, read, write, admin };

[[nodiscard]] std::string_view to_string(Scope scope) noexcept;
[[nodiscard]] std::optional<Scope> parse_scope(std::string_view text) noexcept;  // a token's

class Feed;  // feed.hpp

using Field = std::pair<std::string, std::string>;

struct Request {
  Method method = Method::get;
  std::string target;                           // as it came: path and query
  std::string path;                             // decoded
  std::vector<Field> query;                     // decoded, in order
  std::map<std::string, std::string> captures;  // `{id}` of the route's path
  std::vector<Field> fields;                    // names in lower case, in order
  std::string body;                             // without its content coding
  Scope scope = Scope::open;                    // what its credentials allow
  std::string id;                               // names this request in log and problems
  // Says when nobody waits for the answer any more.
  std::shared_ptr<Departure> departure = std::make_shared<Departure>();

  // The first of this name; nothing where there is none.
  [[nodiscard]] std::optional<std::string> query_value(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> field(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<Field> fields;  // beside what the server adds: length, date, coding, request id
  // The rest of the body, which is made while it is sent; the connection ends with it.
  std::shared_ptr<Feed> feed{};
  // `body` in gzip, where it was made before.
  std::shared_ptr<const std::string> gzip_body{};
  // Instead of `body`, where somebody else keeps it too: large answers are not copied.
  std::shared_ptr<const std::string> kept_body{};

  [[nodiscard]] const std::string& sent_body() const noexcept {
    return kept_body ? *kept_body : body;
  }
};

[[nodiscard]] Response json_response(const Document& document, int status = 200);

// "404 Not Found" without the number; "" for a status that Shelduck never gives.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace shelduck::http
