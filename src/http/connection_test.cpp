#include "shelduck/http/connection.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "shelduck/http/server_for_test.hpp"

namespace shelduck::http {
namespace {

class ConnectionTest : public ServerTest {};

TEST_F(ConnectionTest, Answers) {
  const std::string answer = ask(kPing);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\ndate: ")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\npong")) << answer;
}

TEST_F(ConnectionTest, AnswersAHeadWithoutABody) {
  Client client{server().port()};
  client.say("HEAD /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string answer = client.hear_to_the_end();
  EXPECT_NE(answer.find("content-length: 4\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(ConnectionTest, AnswersPipelinedRequestsInOrder) {
  Client client{server().port()};
  const std::string post = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc";
  client.say(kPing + post + kPing);
  EXPECT_TRUE(client.hear().ends_with("pong"));
  EXPECT_TRUE(client.hear().ends_with("abc"));
  EXPECT_TRUE(client.hear().ends_with("pong"));
}

TEST_F(ConnectionTest, TakesChunksThatComeInPieces) {
  Client client{server().port()};
  for (const char* piece : {"POST /echo HTTP/1.1\r\nHo", "st: localhost\r\nTransfer-Encoding: chu",
                            "nked\r\n\r", "\n3\r\nab", "c\r\n2;x=y\r\nde\r\n0\r", "\n\r\n"}) {
    client.say(piece);
    std::this_thread::yield();
  }
  EXPECT_TRUE(client.hear().ends_with("\r\n\r\nabcde"));
  client.say(kPing);
  EXPECT_TRUE(client.hear().ends_with("pong")) << "the next request begins where the chunks end";
}

TEST_F(ConnectionTest, SaysContinueToThoseWhoWait) {
  Client client{server().port()};
  client.say(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: "
      "100-continue\r\n\r\n");
  EXPECT_EQ(client.hear(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.say("ok");
  EXPECT_TRUE(client.hear().ends_with("ok"));
}

TEST_F(ConnectionTest, RefusesABodyBeforeItIsSent) {
  const std::string answer =
      ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\nExpect: "
          "100-continue\r\n\r\n");
  EXPECT_TRUE(has_status(answer, 413)) << answer;
  EXPECT_NE(answer.find("connection: close"), std::string::npos);
}

TEST_F(ConnectionTest, RefusesChunksBeyondTheLimitAndThoseThatAreNone) {
  limits_.body_bytes = 10;
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_TRUE(has_status(ask(head + "6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n"), 413));
  EXPECT_TRUE(has_status(ask(head + "-2\r\nab\r\n0\r\n\r\n"), 400));
  EXPECT_TRUE(has_status(ask(head + "ffffffffffffffffff\r\nab"), 400));
  EXPECT_TRUE(has_status(ask(head + "2\r\nabc\r\n0\r\n\r\n"), 400));
}

TEST_F(ConnectionTest, ClosesAfterAHeadThatCouldBeReadInTwoWays) {
  Client client{server().port()};
  client.say(
      "GET /ping HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n" +
      kPing);
  const std::string answer = client.hear_to_the_end();
  EXPECT_TRUE(has_status(answer, 400));
  EXPECT_EQ(answer.find("pong"), std::string::npos) << "what was smuggled is not answered";
}

TEST_F(ConnectionTest, GoesOnAfterARefusalWithoutABody) {
  Client client{server().port()};
  client.say("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n" + kPing);
  EXPECT_TRUE(has_status(client.hear(), 404));
  EXPECT_TRUE(client.hear().ends_with("pong"));
}

TEST_F(ConnectionTest, AnswersARouteThatGivesNoAnswer) {
  EXPECT_TRUE(has_status(ask("GET /silent HTTP/1.1\r\nHost: localhost\r\n\r\n"), 500));
  EXPECT_TRUE(has_status(ask("GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n"), 503));
}

TEST_F(ConnectionTest, KeepsAnOldClientsConnectionOnlyIfItSaysSo) {
  Client client{server().port()};
  const std::string old = "GET /ping HTTP/1.0\r\nHost: localhost\r\n";
  client.say(old + "Connection: keep-alive\r\n\r\n");
  EXPECT_NE(client.hear().find("connection: keep-alive\r\n"), std::string::npos);
  client.say(old + "\r\n");
  EXPECT_NE(client.hear_to_the_end().find("connection: close\r\n"), std::string::npos);
}

TEST_F(ConnectionTest, SlowHeadsAndIdleClientsAreClosed) {
  limits_.head_time = Seconds{0.05};
  limits_.idle_time = Seconds{0.05};
  Client slow{server().port()};
  slow.say("GET /ping HTT");
  EXPECT_EQ(slow.hear_to_the_end(), "");
  Client idle{server().port()};
  EXPECT_EQ(idle.hear_to_the_end(), "");
}

TEST_F(ConnectionTest, SlowBodiesAreClosed) {
  limits_.body_time = Seconds{0.05};
  Client slow{server().port()};
  slow.say("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(slow.hear_to_the_end(), "");
}

TEST_F(ConnectionTest, AHandlerIsToldThatItsClientIsGone) {
  {
    Client client{server().port()};
    client.say("GET /watched HTTP/1.1\r\nHost: localhost\r\n\r\n" + kPing);
    while (!is_late_begun_) std::this_thread::yield();
  }
  while (departures_ == 0) std::this_thread::yield();
  while (server().connections() > 0) std::this_thread::yield();
  const std::scoped_lock lock{mutex_};
  ASSERT_EQ(served_.size(), 1U) << "what it had sent ahead is not answered";
  EXPECT_EQ(departures_, 1) << "an answered request is not departed from";
}

TEST_F(ConnectionTest, AClientThatSaysNoMoreGetsAnAnswerThatNobodyGivesUp) {
  Client client{server().port()};
  client.say("GET /late HTTP/1.1\r\nHost: localhost\r\n\r\n");
  while (!is_late_begun_) std::this_thread::yield();
  client.hang_up();
  {
    Client other{server().port()};
    other.say("GET /watched HTTP/1.1\r\nHost: localhost\r\n\r\n");
    other.hang_up();
    // It came later, and is looked at as often.
    while (departures_ == 0) std::this_thread::yield();
  }
  gate_.set_value();
  EXPECT_TRUE(client.hear().find("late") != std::string::npos);
}

TEST_F(ConnectionTest, AnAnswerThatTakesTooLongIsInterrupted) {
  limits_.answer_time = Seconds{0.01};
  EXPECT_TRUE(has_status(ask("GET /watched HTTP/1.1\r\nHost: localhost\r\n\r\n"), 503));
}

TEST_F(ConnectionTest, EmptyLinesBeforeAHeadBuyNoTime) {
  limits_.head_time = Seconds{0.05};
  Client drip{server().port()};
  std::atomic<bool> is_closed{false};
  std::thread dripping{[&] {
    while (!is_closed) {
      drip.say("\r\n");
      std::this_thread::yield();
    }
  }};
  EXPECT_EQ(drip.hear_to_the_end(), "");
  while (server().connections() > 0) std::this_thread::yield();
  is_closed = true;
  dripping.join();
}

}  // namespace
}  // namespace shelduck::http
