#include "shelduck/server/outcomes.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace shelduck::server {
namespace {

using delegation::FrameType;

TEST(Outcomes, AreToldAgainAndNothingIsRunTwice) {
  Outcomes outcomes;
  EXPECT_TRUE(outcomes.begin("a"));
  EXPECT_FALSE(outcomes.begin("a"));
  EXPECT_FALSE(outcomes.wait("a", Seconds{0})->exit_code) << "still at work";
  outcomes.end("a", {.exit_code = 5, .said = {{FrameType::out, "damaged\n"}}});
  outcomes.end("a", {.exit_code = 0});
  const auto found = outcomes.wait("a", Seconds{0});
  EXPECT_EQ(found->exit_code, 5);
  EXPECT_EQ(found->said.front().payload, "damaged\n");
  EXPECT_FALSE(outcomes.begin("a"));
}

TEST(Outcomes, OfAnUnknownCommandAreNone) {
  Outcomes outcomes;
  EXPECT_FALSE(outcomes.wait("b", Seconds{60}));
}

TEST(Outcomes, AreWaitedFor) {
  Outcomes outcomes;
  ASSERT_TRUE(outcomes.begin("c"));
  std::thread working{[&] { outcomes.end("c", {.exit_code = 0}); }};
  EXPECT_EQ(outcomes.wait("c", Seconds{60})->exit_code, 0);
  working.join();
}

TEST(Outcomes, OnlyTheLastAreKeptAndNoLongAnswers) {
  Outcomes outcomes;
  for (std::size_t i = 0; i <= kOutcomesMax; ++i) {
    ASSERT_TRUE(outcomes.begin(std::to_string(i)));
  }
  EXPECT_FALSE(outcomes.wait("0", Seconds{0}));
  outcomes.end(
      "1", {.exit_code = 0, .said = {{FrameType::out, std::string(kOutcomeBytesMax + 1, 'x')}}});
  EXPECT_LT(outcomes.wait("1", Seconds{0})->said.front().payload.size(), 100U);
}

}  // namespace
}  // namespace shelduck::server
