#include "shelduck/http/feed.hpp"

#include <gtest/gtest.h>

namespace shelduck::http {
namespace {

Feed::Piece piece_of(std::size_t bytes, char letter = 'x') {
  return std::make_shared<const std::string>(bytes, letter);
}

TEST(Feed, HoldsNoMoreThanItsBoundUntilItIsSent) {
  Feed feed{100};
  EXPECT_EQ(feed.add(piece_of(60)), Feed::Outcome::taken);
  EXPECT_EQ(feed.add(piece_of(60)), Feed::Outcome::full);
  EXPECT_EQ(feed.add(piece_of(40)), Feed::Outcome::taken);
  EXPECT_EQ(feed.take().size(), 2U);
  EXPECT_EQ(feed.add(piece_of(60)), Feed::Outcome::full) << "taken is not sent";
  feed.sent();
  EXPECT_EQ(feed.add(piece_of(60)), Feed::Outcome::taken);
}

TEST(Feed, SaysItsLastWordsBeyondTheBound) {
  Feed feed{10};
  EXPECT_EQ(feed.add(piece_of(10, 'a')), Feed::Outcome::taken);
  feed.end(piece_of(10, 'b'));
  EXPECT_TRUE(feed.is_ended());
  EXPECT_EQ(feed.add(piece_of(1)), Feed::Outcome::ended);
  feed.end(piece_of(10, 'c'));
  const auto pieces = feed.take();
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces.back()->front(), 'b');
}

TEST(Feed, IsBrokenOnlyWhereItIsNotOver) {
  Feed feed{10};
  feed.break_off();
  EXPECT_TRUE(feed.is_ended());
  EXPECT_TRUE(feed.is_broken());
  Feed whole{10};
  whole.end();
  whole.break_off();
  EXPECT_FALSE(whole.is_broken());
}

TEST(Feed, TellsBothSides) {
  Feed feed{100};
  int news = 0;
  int drained = 0;
  feed.on_drained([&] { ++drained; });
  feed.on_news([&] { ++news; });
  EXPECT_EQ(feed.add(piece_of(10)), Feed::Outcome::taken);
  EXPECT_EQ(feed.add(piece_of(10)), Feed::Outcome::taken);
  EXPECT_EQ(news, 1) << "the second is taken with the first";
  EXPECT_EQ(feed.take().size(), 2U);
  EXPECT_EQ(feed.add(piece_of(10)), Feed::Outcome::taken);
  feed.sent();
  EXPECT_EQ(drained, 0) << "one waits still";
  EXPECT_EQ(feed.take().size(), 1U);
  feed.sent();
  EXPECT_EQ(drained, 1);
  EXPECT_EQ(news, 2);
}

}  // namespace
}  // namespace shelduck::http
