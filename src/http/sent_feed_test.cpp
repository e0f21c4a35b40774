#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "shelduck/http/feed.hpp"
#include "shelduck/http/server_for_test.hpp"

namespace shelduck::http {
namespace {

class SentFeedTest : public ServerTest {};

Feed::Piece text_piece(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

TEST_F(SentFeedTest, AFeedIsSentWhileItIsMade) {
  Client client{server().port()};
  client.say("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto feed = this->feed();
  EXPECT_NE(client.hear_until("5\r\nhead;\r\n").find("transfer-encoding: chunked\r\n"),
            std::string::npos);
  EXPECT_EQ(feed->add(text_piece("one;")), Feed::Outcome::taken);
  EXPECT_EQ(client.hear_until("one;\r\n"), "4\r\none;\r\n");
  feed->end(text_piece("end"));
  EXPECT_EQ(client.hear_to_the_end(), "3\r\nend\r\n0\r\n\r\n");
}

TEST_F(SentFeedTest, AnOldClientReadsAFeedToTheEndOfTheConnection) {
  Client client{server().port()};
  client.say("GET /feed HTTP/1.0\r\nHost: localhost\r\n\r\n");
  feed()->end(text_piece("end"));
  EXPECT_TRUE(client.hear_to_the_end().ends_with("\r\n\r\nhead;end"));
}

TEST_F(SentFeedTest, AHeadOfAFeedHasNoBody) {
  Client client{server().port()};
  client.say("HEAD /feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(client.hear_to_the_end().ends_with("connection: close\r\n\r\n"));
}

TEST_F(SentFeedTest, AFeedThatNobodyReadsIsFullAndThenGone) {
  limits_.answer_time = Seconds{0.2};
  Client client{server().port()};
  client.say("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const Feed::Piece piece = text_piece(std::string(50'000, 'x'));
  std::weak_ptr<Feed> gone;
  {
    const auto feed = this->feed();
    gone = feed;
    while (feed->add(piece) != Feed::Outcome::full) std::this_thread::yield();
  }
  while (!gone.expired()) std::this_thread::yield();
  while (server().connections() > 0) std::this_thread::yield();
}

TEST_F(SentFeedTest, AFeedGoesWithItsClient) {
  std::weak_ptr<Feed> gone;
  {
    Client client{server().port()};
    client.say("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
    gone = feed();
  }
  while (!gone.expired()) std::this_thread::yield();
}

}  // namespace
}  // namespace shelduck::http
