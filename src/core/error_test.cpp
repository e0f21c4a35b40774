#include "shelduck/core/error.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

namespace shelduck {
namespace {

TEST(Error, HasOneWordAndOneExitCodePerKind) {
  std::set<std::string_view> words;
  const std::set<int> codes{1, 2, 3, 4, 5, 6, 130};
  for (const ErrorKind kind : kErrorKinds) {
    EXPECT_TRUE(words.insert(to_string(kind)).second) << to_string(kind);
    EXPECT_TRUE(codes.contains(exit_code(kind))) << to_string(kind);
  }
}

TEST(Error, KeepsMessageAndDetail) {
  const Error error{
      ErrorKind::invalid_input, "unknown metric 'x'", {.field = "metric", .value = "x"}};
  EXPECT_STREQ(error.what(), "unknown metric 'x'");
  EXPECT_EQ(error.detail().field, "metric");
  EXPECT_EQ(exit_code(error.kind()), 2);
}

TEST(Error, TellsFullDisksFromOtherFailures) {
  EXPECT_EQ(system_error("write", "/a", ENOSPC).kind(), ErrorKind::exhausted);
  EXPECT_EQ(system_error("write", "/a", EFBIG).kind(), ErrorKind::exhausted);
  const Error error = system_error("open", "/a", EACCES);
  EXPECT_EQ(error.kind(), ErrorKind::io);
  EXPECT_STREQ(error.what(), "open failed on '/a': Permission denied");
}

}  // namespace
}  // namespace shelduck
