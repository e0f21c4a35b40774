#include "shelduck/http/openapi.hpp"

#include <gtest/gtest.h>

namespace shelduck::http {
namespace {

TEST(OpenApi, DocumentsEachRoute) {
  const std::vector<Route> routes{
      {.method = Method::get, .path = "/healthz", .scope = Scope::open, .summary = "Alive?"},
      {.method = Method::get,
       .path = "/api/runs/{id}",
       .tag = "history",
       .summary = "One run",
       .parameters = {{.name = "id",
                       .description = "The run.",
                       .schema = Document::object().set("type", "string"),
                       .place = RouteParameter::Place::path}}},
      {.method = Method::put,
       .path = "/api/runs/{id}",
       .body = {{.schema = Document::object().set("type", "object"),
                 .example = Document::object().set("hostname", "pi")}},
       .answers = {{201, "It is new."}, {200, "It was there."}}},
      {.method = Method::remove, .path = "/api/runs/{id}", .scope = Scope::admin}};
  const Document document = openapi(routes, {.title = "Shelduck", .version = "1"});
  const std::string text = to_json(document);
  EXPECT_TRUE(text.starts_with(R"({"openapi":"3.1.0","info":{"title":"Shelduck","version":"1")"));
  EXPECT_NE(text.find(R"("/healthz":{"get":{"operationId":"getHealthz","summary":"Alive?")"),
            std::string::npos);
  EXPECT_NE(text.find(R"("operationId":"getApiRunsById","summary":"One run","tags":["history"])"),
            std::string::npos);
  EXPECT_NE(text.find(R"("name":"id","in":"path","required":true,"description":"The run.")"),
            std::string::npos);
  EXPECT_NE(text.find(R"("delete":{"operationId":"deleteApiRunsById")"), std::string::npos);
  EXPECT_NE(text.find(R"("requestBody":{"required":true,"content":{"application/json":{"schema":)"
                      R"({"type":"object"},"example":{"hostname":"pi"}}}},"responses":{"201":)"
                      R"({"description":"It is new.",)"),
            std::string::npos);
  EXPECT_NE(text.find(R"("security":[{"bearer":[]}],"x-scope":"admin")"), std::string::npos);
}

}  // namespace
}  // namespace shelduck::http
