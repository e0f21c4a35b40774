// Route is one row of the server's table: what routes a request also documents it.
//
//   Route{.method = Method::get, .path = "/api/history/runs/{id}", .scope = Scope::read,
//         .summary = "One run with its executions", .parameters = {...}, .handler = show_run}
//
// A handler is called by a network thread, or where the body is large by the thread for such, and
// must not block it: what takes time is handed to another thread. It answers by calling Respond
// once, from any thread; an Error that it throws is answered as a problem. One that lets go of
// Respond without a call is answered with 500.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/http/message.hpp"

namespace shelduck::http {

using Respond = std::function<void(Response)>;
using Handler = std::function<void(Request, Respond)>;

struct RouteParameter {
  enum class Place { path, query };

  std::string name;
  std::string description{};
  Document schema = Document::object();  // JSON Schema, as OpenAPI takes it
  Place place = Place::query;
  bool is_required = false;
};

// What a route takes as its body, in one type.
struct RouteContent {
  Document schema = Document::object();
  Document example = Document::object();
  std::string type = "application/json";
};

struct RouteAnswer {
  int status = 200;
  std::string description = "The answer.";
};

struct Route {
  Method method = Method::get;
  std::string path;  // "/api/history/runs/{id}"
  Scope scope = Scope::read;
  std::string tag{};  // the group in the documentation: "history"
  std::string summary{};
  std::vector<RouteParameter> parameters{};
  std::vector<RouteContent> body{};                 // one of these types; none: it takes no body
  std::vector<RouteAnswer> answers{RouteAnswer{}};  // of those that are no problems
  std::vector<RouteAnswer> problems{};              // beside those that every route may have
  std::string content_type = "application/json";    // of its answer
  bool has_tag = false;                             // its answers carry an ETag
  // Lets in who brings a good `?ticket=`, instead of credentials; each is good once. Called by
  // a network thread after everything else is judged.
  std::function<bool(std::string_view ticket)> redeem{};
  Handler handler{};
};

}  // namespace shelduck::http
