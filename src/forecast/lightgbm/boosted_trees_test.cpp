#include "shelduck/forecast/lightgbm/boosted_trees.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <memory>
#include <thread>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// 40 rows: the answer is 1 below 0.5 of the first column and 3 above it; the second says nothing.
TreeRows a_step() {
  TreeRows rows{.columns = 2};
  for (int i = 0; i < 40; ++i) {
    rows.add(std::array{i < 20 ? 0.0 : 1.0, i % 3 * 1.0}, i < 20 ? 1 : 3);
  }
  return rows;
}

TEST(BoostedTrees, LearnAStepAsTheirRidgeAllows) {
  // One round from the mean 2: a leaf of 20 values says 0.5 x (20 x 1) / (20 + 20).
  const auto one = boosted(a_step(), {.rounds = 1, .depth = 1, .ridge = 20, .rate = 0.5});
  EXPECT_NEAR(one.of(std::array{0.0, 1.0}), 2 - 0.25, 1e-6);
  EXPECT_NEAR(one.of(std::array{1.0, 2.0}), 2 + 0.25, 1e-6);
  // Each round takes the same share of what is left.
  const auto three = boosted(a_step(), {.rounds = 3, .depth = 1, .ridge = 20, .rate = 0.5});
  EXPECT_NEAR(three.of(std::array{1.0, 0.0}), 3 - 0.75 * 0.75 * 0.75, 1e-6);
}

TEST(BoostedTrees, SayTheMeanWhereLeavesWouldBeTooSmall) {
  const auto trees = boosted(a_step(), {.rounds = 5, .least_in_leaf = 21});
  EXPECT_NEAR(trees.of(std::array{0.0, 0.0}), 2, 1e-6);
}

TEST(BoostedTrees, AreTheSameFromTheirText) {
  const auto trees = boosted(a_step(), {.rounds = 7});
  const BoostedTrees again{trees.text()};
  for (const double x : {-1.0, 0.0, 0.5, 1.0, kNan}) {
    EXPECT_EQ(again.of(std::array{x, 0.0}), trees.of(std::array{x, 0.0}));
  }
  EXPECT_EQ(boosted(a_step(), {.rounds = 7}).text(), trees.text());
}

TEST(BoostedTrees, SayNothingWhereThereAreNone) {
  EXPECT_EQ(BoostedTrees{}.of(std::array{1.0}), 0);
  EXPECT_EQ(BoostedTrees{}.columns(), 0U);
  EXPECT_EQ(boosted(a_step(), {.rounds = 1}).columns(), 2U);
}

TEST(BoostedTrees, MoveOnlyInTheDirectionThatIsAllowed) {
  const TreeOptions rising{.rounds = 20, .directions = {Direction::rising, Direction::any}};
  const TreeOptions falling{.rounds = 20, .directions = {Direction::falling, Direction::any}};
  const auto ends_of = [](const TreeOptions& options) {
    const auto trees = boosted(a_step(), options);
    return trees.of(std::array{1.0, 0.0}) - trees.of(std::array{0.0, 0.0});
  };
  EXPECT_GT(ends_of(rising), 1);
  EXPECT_LE(ends_of(falling), 0);
}

TEST(BoostedTrees, TellAnEntryThatIsNotKnown) {
  TreeRows rows{.columns = 1};
  for (int i = 0; i < 40; ++i) rows.add(std::array{i < 20 ? kNan : 1.0 + i % 2}, i < 20 ? 1 : 3);
  const auto trees = boosted(rows, {.rounds = 50, .ridge = 0});
  EXPECT_NEAR(trees.of(std::array{kNan}), 1, 0.02);
  EXPECT_NEAR(trees.of(std::array{2.0}), 3, 0.02);
}

TEST(BoostedTrees, AnswerAndLearnOnSeveralThreadsAtOnce) {
  const auto shared = boosted(a_step(), {.rounds = 5});
  const double expected = shared.of(std::array{1.0, 1.0});
  std::array<int, 4> wrong{};
  {
    std::vector<std::jthread> threads;
    for (int& count : wrong) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) {
          const auto own = boosted(a_step(), {.rounds = 5});
          count += own.of(std::array{1.0, 1.0}) != expected;
          count += shared.of(std::array{1.0, 1.0}) != expected;
        }
      });
    }
  }
  EXPECT_EQ(wrong, (std::array<int, 4>{}));
}

TEST(BoostedTrees, NameWhatTheyRefuse) {
  TreeRows rows{.columns = 2};
  EXPECT_THROW(rows.add(std::array{1.0}, 1), Error);
  const auto trees = boosted(a_step(), {.rounds = 1});
  EXPECT_THROW((void)trees.of(std::array{1.0}), Error);
  EXPECT_THROW((void)boosted(a_step(), {.directions = {Direction::any}}), Error);
  try {
    const BoostedTrees nonsense{"not trees"};
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "text");
  }
}

}  // namespace
}  // namespace shelduck::forecast
