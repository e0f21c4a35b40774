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

TEST(Report, SaysTheRuleThatTheMessageLeavesOut) {
  const Error error{ErrorKind::invalid_input,
                    "unknown time zone 'Nope'",
                    {.field = "tz", .value = "Nope", .rule = "UTC or a name", .hint = "try UTC"}};
  EXPECT_EQ(error_text(error),
            "shelduck: unknown time zone 'Nope'\n  tz: UTC or a name\n  try UTC\n");
}

TEST(Report, SaysTheValueThatTheMessageLeavesOut) {
  const Error error{
      ErrorKind::invalid_input, "bad record", {.field = "id", .value = "7", .rule = "a UUID"}};
  EXPECT_EQ(error_text(error), "shelduck: bad record\n  id '7': a UUID\n");
}

TEST(Report, SaysAValueThatTheMessageHasOnlyAsAPartOfAWord) {
  const Error error{ErrorKind::invalid_input,
                    "limit must be 1-10000",
                    {.field = "limit", .value = "0", .rule = "1-10000"}};
  EXPECT_EQ(error_text(error), "shelduck: limit must be 1-10000\n  limit '0': 1-10000\n");
}

TEST(Report, NamesAnOptionAsItsFlag) {
  const Command& command = *find_command("sensors list");
  const auto worded = [&](const std::string& message, const std::string& field) {
    return in_words_of_flags(Error{ErrorKind::invalid_input, message, {.field = field}}, command);
  };
  EXPECT_STREQ(worded("limit must be 1-10000", "limit").what(), "--limit must be 1-10000");
  EXPECT_EQ(worded("'x' is no time", "start_time").detail().field, "--start-time");
  EXPECT_EQ(worded("no", "body").detail().field, "body");
  EXPECT_EQ(worded("no", "--limit").detail().field, "--limit");
}

TEST(Report, DoesNotSayARuleTwice) {
  const Error error{ErrorKind::invalid_input,
                    "--limit is 0, but must be 1 or more",
                    {.field = "limit", .value = "0", .rule = "1 or more"}};
  EXPECT_EQ(error_text(error), "shelduck: --limit is 0, but must be 1 or more\n");
}

}  // namespace
}  // namespace shelduck::commands
