#include "shelduck/store/giving_back.hpp"

#include <gtest/gtest.h>

namespace shelduck::store::detail {
namespace {

GivingBack::TimePoint second_of_giving(int number) {
  return GivingBack::TimePoint{} + std::chrono::hours{1} + std::chrono::seconds{number};
}

// As whoever gives back does; true where there was something to let go of.
bool given(GivingBack& giving, std::uint64_t work, int second) {
  if (!giving.is_due(work, second_of_giving(second))) return false;
  giving.tried(second_of_giving(second));
  giving.done(work);
  return true;
}

TEST(GivingBack, IsDueWithTheFirstWorkAndAfterEachPauseOfMore) {
  GivingBack giving{Seconds{10}};
  EXPECT_TRUE(given(giving, 1, 0));
  for (int second = 1; second < 10; ++second)
    EXPECT_FALSE(given(giving, 1 + static_cast<std::uint64_t>(second), second));
  EXPECT_TRUE(given(giving, 11, 10));
  EXPECT_TRUE(given(giving, 21, 20));
}

TEST(GivingBack, IsDueOnceAtRest) {
  GivingBack giving{Seconds{10}};
  EXPECT_TRUE(given(giving, 1, 0));
  for (int second = 1; second < 10; ++second) EXPECT_FALSE(given(giving, 2, second));
  EXPECT_TRUE(given(giving, 2, 10));
  for (int second = 11; second < 100; ++second) EXPECT_FALSE(given(giving, 2, second));
}

TEST(GivingBack, WorkAfterARestHasAWholePauseBeforeIt) {
  GivingBack giving{Seconds{10}};
  EXPECT_TRUE(given(giving, 1, 0));
  for (int second = 1; second <= 60; ++second) EXPECT_FALSE(given(giving, 1, second));
  for (int second = 61; second < 70; ++second)
    EXPECT_FALSE(given(giving, 1 + static_cast<std::uint64_t>(second), second));
  EXPECT_TRUE(given(giving, 100, 70));
}

TEST(GivingBack, WhatCouldNotBeDoneIsTriedAgainAfterAPause) {
  GivingBack giving{Seconds{10}};
  EXPECT_TRUE(giving.is_due(1, second_of_giving(0)));
  giving.tried(second_of_giving(0));
  EXPECT_FALSE(giving.is_due(1, second_of_giving(9)));
  EXPECT_TRUE(giving.is_due(1, second_of_giving(10)));
}

}  // namespace
}  // namespace shelduck::store::detail
