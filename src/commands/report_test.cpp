#include "shelduck/commands/report.hpp"

#include <gtest/gtest.h>

namespace shelduck::commands {
namespace {

TEST(Report, WritesEveryMemberOfTheErrorObject) {
  const Error error{ErrorKind::invalid_input,
                    "unknown metric 'x'",
                    {.field = "metric", .value = "x", .rule = "one of a, b"}};
  EXPECT_EQ(to_json(error_document(error)),
            R"({"error":{"kind":"invalid_input","message":"unknown metric 'x'","field":"metric",)"
            R"("value":"x","rule":"one of a, b","hint":null}})");
}

TEST(Report, PutsTheHintOnALineOfItsOwn) {
  const Error error{ErrorKind::not_found, "no run", {.hint = "shelduck history runs lists them"}};
  EXPECT_EQ(error_text(error), "shelduck: no run\n  shelduck history runs lists them\n");
}

}  // namespace
}  // namespace shelduck::commands
