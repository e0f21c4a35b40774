#include "shelduck/http/problem.hpp"

#include <gtest/gtest.h>

namespace shelduck::http {
namespace {

TEST(Problem, NamesFieldValueAndRule) {
  const Error error{ErrorKind::invalid_input,
                    "unknown metric 'wal'",
                    {.field = "metric", .value = "wal", .rule = "one of a, b", .hint = "a?"}};
  const Response response = problem_response(error, "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"urn:shelduck:problem:invalid_input","title":"Bad Request",)"
            R"("status":400,"detail":"unknown metric 'wal'","error":"unknown metric 'wal'",)"
            R"("instance":"urn:uuid:01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21",)"
            R"("errors":[{"field":"metric","value":"wal","rule":"one of a, b"}],"hint":"a?"})"
            "\n");
}

TEST(Problem, NeverCarriesWordsOfTheEngine) {
  for (const ErrorKind kind : {ErrorKind::io, ErrorKind::corrupt, ErrorKind::fatal, ErrorKind::bug,
                               ErrorKind::exhausted}) {
    const Response response =
        problem_response(Error{kind, "Catalog Error at /data/x", {.field = "/data/x"}}, "");
    EXPECT_GE(response.status, 500);
    EXPECT_EQ(response.body.find("/data"), std::string::npos) << response.body;
  }
}

TEST(Problem, EveryKindHasAStatusWithAReason) {
  for (const ErrorKind kind : kErrorKinds) {
    EXPECT_GE(status_of(kind), 400);
    EXPECT_FALSE(reason_phrase(status_of(kind)).empty());
  }
}

TEST(Problem, ThatPassesSaysWhenToTryAgain) {
  const Response response = problem_response(Error{ErrorKind::busy, "later"}, "");
  EXPECT_EQ(response.status, 503);
  ASSERT_FALSE(response.fields.empty());
  EXPECT_EQ(response.fields.front().first, "retry-after");
}

TEST(Problem, OfAStatusAloneHasAWordOfItsOwn) {
  const Response response = problem_response(431, "too many", "");
  EXPECT_NE(response.body.find("urn:shelduck:problem:request_header_fields_too_large"),
            std::string::npos);
}

TEST(Problem, ARuleThatIsBrokenHasAStatusOfItsOwn) {
  const Response response = problem_response(
      Error{ErrorKind::invalid_input, "no", {.field = "status", .value = "x", .rule = "a word"}},
      422, "id");
  EXPECT_EQ(response.status, 422);
  EXPECT_NE(response.body.find(R"("title":"Unprocessable Content","status":422)"),
            std::string::npos)
      << response.body;
  EXPECT_NE(response.body.find(R"("errors":[{"field":"status")"), std::string::npos);
}

}  // namespace
}  // namespace shelduck::http
