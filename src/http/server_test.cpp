#include "shelduck/http/server.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "shelduck/core/error.hpp"
#include "shelduck/http/server_for_test.hpp"

namespace shelduck::http {
namespace {

TEST_F(ServerTest, AllBodiesShareABudget) {
  limits_.bodies_bytes = 100;
  EXPECT_TRUE(has_status(
      ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 101\r\n\r\n"), 503));
  EXPECT_TRUE(
      has_status(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"), 200))
      << "what was refused holds nothing";
}

TEST_F(ServerTest, BodiesThatAreBrokenOffGiveTheirShareBack) {
  limits_.bodies_bytes = 100;
  for (int i = 0; i < 5; ++i) {
    Client client{server().port()};
    client.say("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\nabc");
    client.hang_up();
    EXPECT_EQ(client.hear_to_the_end(), "");
  }
  EXPECT_TRUE(
      has_status(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"), 200));
}

TEST_F(ServerTest, BeyondTheLimitConnectionsAreClosedAndOthersGoOn) {
  limits_.connections = 2;
  Client first{server().port()};
  Client second{server().port()};
  first.say(kPing);
  EXPECT_TRUE(first.hear().ends_with("pong"));
  second.say(kPing);
  EXPECT_TRUE(second.hear().ends_with("pong"));
  Client third{server().port()};
  EXPECT_EQ(third.hear_to_the_end(), "");
  first.say(kPing);
  EXPECT_TRUE(first.hear().ends_with("pong"));
}

TEST_F(ServerTest, StopsWhenWhatWasBegunIsAnswered) {
  Client client{server().port()};
  client.say("GET /late HTTP/1.1\r\nHost: localhost\r\n\r\n");
  Client idle{server().port()};
  idle.say(kPing);
  EXPECT_TRUE(idle.hear().ends_with("pong"));
  while (!is_late_begun_) std::this_thread::yield();
  std::thread stopping{[this] { server().stop(Seconds{20}); }};
  EXPECT_EQ(idle.hear_to_the_end(), "");
  gate_.set_value();
  const std::string answer = client.hear_to_the_end();
  EXPECT_TRUE(answer.ends_with("late")) << answer;
  EXPECT_NE(answer.find("connection: close"), std::string::npos);
  stopping.join();
  EXPECT_FALSE(Client{server().port()}.is_connected());
}

TEST_F(ServerTest, ReportsWhatItServedByRouteAndNotByTarget) {
  (void)ask("GET /ping?p=secret HTTP/1.1\r\nHost: localhost\r\n\r\n");
  server().stop(Seconds{20});
  const std::scoped_lock lock{mutex_};
  ASSERT_EQ(served_.size(), 1U);
  EXPECT_EQ(served_.front().method, "GET");
  EXPECT_EQ(served_.front().route, "/ping");
  EXPECT_EQ(served_.front().status, 200);
  EXPECT_EQ(served_.front().bytes, 4U);
  EXPECT_EQ(served_.front().id.size(), 36U);
}

TEST_F(ServerTest, AnOpenServerStaysOnLoopback) {
  ServerOptions wide = options();
  wide.address = "0.0.0.0";
  try {
    const Server server{routes(), wide};
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::refused);
  }
  wide.tokens = read_tokens(token_line("a", Scope::read, "abc"), "tokens");
  EXPECT_NO_THROW((Server{routes(), wide}));
}

TEST_F(ServerTest, SaysThatAnAddressIsTaken) {
  ServerOptions same = options();
  same.port = server().port();
  try {
    const Server second{routes(), same};
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::busy);
    EXPECT_EQ(error.detail().field, "--listen");
  }
}

TEST_F(ServerTest, TokensAreReplacedWhileItRuns) {
  EXPECT_TRUE(has_status(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200));
  server().replace_tokens(read_tokens(token_line("a", Scope::read, "abc"), "tokens"));
  EXPECT_TRUE(has_status(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"), 401));
}

}  // namespace
}  // namespace shelduck::http
