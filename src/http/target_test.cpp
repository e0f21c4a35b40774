#include "shelduck/http/target.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::http {
namespace {

TEST(Target, IsDecodedOnce) {
  const Target target = parse_target("/api/runs/a%2525b?plugin=apt%20get&x=a+b&empty=&flag");
  EXPECT_EQ(target.path, "/api/runs/a%25b");
  const std::vector<Field> expected{
      {"plugin", "apt get"}, {"x", "a b"}, {"empty", ""}, {"flag", ""}};
  EXPECT_EQ(target.query, expected);
}

TEST(Target, KeepsAPlusInThePath) { EXPECT_EQ(parse_target("/a+b").path, "/a+b"); }

TEST(Target, OfTheRootAlone) { EXPECT_EQ(parse_target("/").path, "/"); }

class TargetRefused : public testing::TestWithParam<const char*> {};

TEST_P(TargetRefused, NamesTheRule) {
  try {
    (void)parse_target(GetParam());
    FAIL() << GetParam();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "target");
    EXPECT_FALSE(error.detail().rule.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Tricks, TargetRefused,
                         testing::Values("", "a", "//", "/a//b", "/a/", "/./a", "/a/..",
                                         "/%2e%2e/a", "/a%2fb", "/a%5Cb", "/a\\b", "/%", "/%a",
                                         "/%zz", "/%00", "/a?b=%0d", "/a?b=%", "/%ff",
                                         "/a?x=%c3%28", "/%c0%af"));

}  // namespace
}  // namespace shelduck::http
