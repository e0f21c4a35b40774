#include "shelduck/http/openapi.hpp"

#include <algorithm>

namespace shelduck::http {
namespace {

Document object() { return Document::object(); }

Document reference(std::string_view name) {
  Document document = object();
  document.set("$ref", "#/components/" + std::string(name));
  return document;
}

std::string lower_method(Method method) {
  std::string word{to_string(method)};
  for (char& letter : word) letter = static_cast<char>(letter - 'A' + 'a');
  return word;
}

// "getApiHistoryRunsById": stable, and unique as method and path are.
std::string operation_id(const Route& route) {
  std::string id = lower_method(route.method);
  bool is_start = true;
  for (const char letter : route.path) {
    if (letter == '{') id += "By";
    const bool is_word = letter >= 'a' && letter <= 'z';
    if (is_word) id += is_start ? static_cast<char>(letter - 'a' + 'A') : letter;
    is_start = !is_word;
  }
  return id;
}

Document parameter_document(const RouteParameter& parameter) {
  const bool is_path = parameter.place == RouteParameter::Place::path;
  Document document = object();
  document.set("name", parameter.name)
      .set("in", is_path ? "path" : "query")
      .set("required", is_path || parameter.is_required)
      .set("description", parameter.description)
      .set("schema", parameter.schema);
  return document;
}

Document content(std::string_view type) {
  Document document = object();
  return document.set(type, object().set("schema", object()));
}

Document problem_content() {
  return object().set("application/problem+json",
                      object().set("schema", reference("schemas/Problem")));
}

Document tag_header() {
  Document schema = object();
  schema.set("type", "string");
  return object().set("ETag", object()
                                  .set("description", "Names the rows that the answer is made of.")
                                  .set("schema", schema));
}

Document responses(const Route& route) {
  Document document = object();
  for (const RouteAnswer& answer : route.answers) {
    Document one = object();
    one.set("description", answer.description);
    if (route.has_tag) one.set("headers", tag_header());
    if (!route.content_type.empty()) one.set("content", content(route.content_type));
    document.set(std::to_string(answer.status), one);
  }
  if (route.has_tag) {
    document.set("304", object()
                            .set("description", "What If-None-Match names is still the answer.")
                            .set("headers", tag_header()));
  }
  for (const RouteAnswer& problem : route.problems) {
    document.set(
        std::to_string(problem.status),
        object().set("description", problem.description).set("content", problem_content()));
  }
  document.set("default", reference("responses/Problem"));
  return document;
}

Document request_body(const std::vector<RouteContent>& body) {
  Document types = object();
  for (const RouteContent& content : body) {
    types.set(content.type, object().set("schema", content.schema).set("example", content.example));
  }
  return object().set("required", true).set("content", types);
}

Document operation(const Route& route) {
  Document document = object();
  document.set("operationId", operation_id(route)).set("summary", route.summary);
  if (!route.tag.empty()) document.set("tags", Document::array().add(route.tag));
  Document parameters = Document::array();
  for (const RouteParameter& parameter : route.parameters) {
    parameters.add(parameter_document(parameter));
  }
  if (!route.parameters.empty()) document.set("parameters", parameters);
  if (!route.body.empty()) document.set("requestBody", request_body(route.body));
  document.set("responses", responses(route));
  Document security = Document::array();
  if (route.scope != Scope::open) security.add(object().set("bearer", Document::array()));
  document.set("security", security);
  if (route.scope != Scope::open) document.set("x-scope", to_string(route.scope));
  return document;
}

Document problem_schema() {
  const auto typed = [](std::string_view type) { return object().set("type", type); };
  Document properties = object();
  properties.set("type", typed("string"))
      .set("title", typed("string"))
      .set("status", typed("integer"))
      .set("detail", typed("string"))
      .set("instance", typed("string"))
      .set("hint", typed("string"))
      .set("errors", typed("array").set("items", typed("object")));
  return typed("object")
      .set("required", Document::array().add("type").add("title").add("status").add("detail"))
      .set("properties", properties);
}

Document components() {
  Document problem = object();
  problem.set("description", "What went wrong (RFC 9457).").set("content", problem_content());
  return object()
      .set("schemas", object().set("Problem", problem_schema()))
      .set("responses", object().set("Problem", problem))
      .set("securitySchemes",
           object().set("bearer", object().set("type", "http").set("scheme", "bearer")));
}

Document paths(std::span<const Route> routes) {
  std::vector<std::string_view> order;
  for (const Route& route : routes) {
    if (std::ranges::find(order, route.path) == order.end()) order.push_back(route.path);
  }
  Document document = object();
  for (const std::string_view path : order) {
    Document item = object();
    for (const Route& route : routes) {
      if (route.path == path) item.set(lower_method(route.method), operation(route));
    }
    document.set(path, item);
  }
  return document;
}

}  // namespace

Document openapi(std::span<const Route> routes, const ApiTitle& title) {
  Document document = object();
  return document.set("openapi", "3.1.0")
      .set("info", object()
                       .set("title", title.title)
                       .set("version", title.version)
                       .set("description", title.description))
      .set("servers", Document::array().add(object().set("url", "/")))
      .set("paths", paths(routes))
      .set("components", components());
}

}  // namespace shelduck::http
