#include "shelduck/server/answer_cache.hpp"

#include <gtest/gtest.h>

namespace shelduck::server {
namespace {

constexpr Instant kNoon{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} +
                        std::chrono::hours{12}};

std::shared_ptr<const KeptAnswer> answer_of(std::uint64_t count, std::string body,
                                            Instant same_until = Instant::max()) {
  return std::make_shared<const KeptAnswer>(KeptAnswer{.version = {.epoch = {}, .count = count},
                                                       .same_until = same_until,
                                                       .tag = "W/\"x\"",
                                                       .body = std::move(body)});
}

store::Version counted(std::uint64_t count) { return {.epoch = {}, .count = count}; }

TEST(AnswerCache, FindsOnlyTheVersionThatWasAnswered) {
  AnswerCache cache;
  EXPECT_FALSE(cache.knows("/runs?"));
  cache.keep("/runs?", answer_of(7, "seven"));
  ASSERT_NE(cache.find("/runs?", counted(7), kNoon), nullptr);
  EXPECT_EQ(cache.find("/runs?", counted(7), kNoon)->body, "seven");
  EXPECT_EQ(cache.find("/runs?", counted(8), kNoon), nullptr);
  EXPECT_EQ(cache.find("/runs?", {.epoch = Uuid{{1}}, .count = 7}, kNoon), nullptr)
      << "another file may count to the same";
  EXPECT_TRUE(cache.knows("/runs?"));
  cache.keep("/runs?", answer_of(8, "eight"));
  EXPECT_EQ(cache.find("/runs?", counted(8), kNoon)->body, "eight");
}

TEST(AnswerCache, AWindowThatLosesARowHasAnotherAnswer) {
  AnswerCache cache;
  cache.keep("/stats?days=1", answer_of(7, "with", kNoon));
  EXPECT_NE(cache.find("/stats?days=1", counted(7), kNoon), nullptr);
  EXPECT_EQ(cache.find("/stats?days=1", counted(7), kNoon + Microseconds{1}), nullptr);
}

TEST(AnswerCache, KeepsWithinItsBytesWhatWasAskedForLast) {
  AnswerCache cache{10'000};
  for (int i = 0; i < 100; ++i) {
    cache.keep("/runs/" + std::to_string(i), answer_of(1, std::string(500, 'x')));
    EXPECT_NE(cache.find("/runs/0", counted(1), kNoon), nullptr) << i;
    EXPECT_LE(cache.bytes(), 10'000U);
  }
  EXPECT_FALSE(cache.knows("/runs/50"));
  EXPECT_TRUE(cache.knows("/runs/99"));
  cache.keep("/runs/99", answer_of(2, std::string(2'000, 'x')));
  EXPECT_FALSE(cache.knows("/runs/99")) << "too large, and the old one is of no use";
}

TEST(AnswerCache, TagsDifferWithWhateverTheBodyDependsOn) {
  const std::string tag = entity_tag("/runs?", counted(1), kNoon);
  EXPECT_EQ(tag, entity_tag("/runs?", counted(1), kNoon));
  EXPECT_NE(tag, entity_tag("/runs?limit=1", counted(1), kNoon));
  EXPECT_NE(tag, entity_tag("/runs?", counted(2), kNoon));
  EXPECT_NE(tag, entity_tag("/runs?", {.epoch = Uuid{{1}}, .count = 1}, kNoon));
  EXPECT_NE(tag, entity_tag("/runs?", counted(1), kNoon + Microseconds{1}));
}

}  // namespace
}  // namespace shelduck::server
