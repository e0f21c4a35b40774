#include "shelduck/http/router.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::http {
namespace {

Route row(Method method, const std::string& path) { return {.method = method, .path = path}; }

Router example_router() {
  return Router{{row(Method::get, "/"), row(Method::get, "/api/runs"),
                 row(Method::get, "/api/runs/{id}"), row(Method::put, "/api/runs/{id}")}};
}

TEST(Router, FindsARouteAndWhatItsPathHolds) {
  const Router router = example_router();
  EXPECT_EQ(router.find(Method::get, "/").route->path, "/");
  EXPECT_EQ(router.find(Method::get, "/api/runs").route->path, "/api/runs");
  const Router::Found found = router.find(Method::put, "/api/runs/42");
  ASSERT_NE(found.route, nullptr);
  EXPECT_EQ(found.route->method, Method::put);
  EXPECT_EQ(found.captures.at("id"), "42");
}

TEST(Router, AnswersHeadAsGet) {
  EXPECT_EQ(example_router().find(Method::head, "/api/runs").route->method, Method::get);
}

TEST(Router, NamesTheMethodsOfAPath) {
  const Router::Found found = example_router().find(Method::post, "/api/runs/42");
  EXPECT_EQ(found.route, nullptr);
  EXPECT_EQ(found.allow, "GET, HEAD, OPTIONS, PUT");
}

TEST(Router, KnowsNothingElse) {
  for (const char* path : {"/api", "/api/run", "/api/runs/42/steps", "/API/runs"}) {
    const Router::Found found = example_router().find(Method::get, path);
    EXPECT_EQ(found.route, nullptr) << path;
    EXPECT_TRUE(found.allow.empty()) << path;
  }
}

TEST(Router, RefusesARowTwice) {
  EXPECT_THROW((Router{{row(Method::get, "/a"), row(Method::get, "/a")}}), Error);
}

}  // namespace
}  // namespace shelduck::http
