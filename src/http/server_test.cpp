#include "shelduck/http/server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "shelduck/core/error.hpp"
#include "shelduck/http/client_for_test.hpp"
#include "shelduck/http/feed.hpp"
#include "shelduck/http/problem.hpp"

namespace shelduck::http {
namespace {

class ServerTest : public testing::Test {
 protected:
  ~ServerTest() override {
    if (late_.joinable()) late_.join();
  }

  ServerOptions options() {
    return {.port = 0,
            .limits = limits_,
            .clock = system_clock(),
            .random = system_random(),
            .served = [this](const Served& served) {
              const std::scoped_lock lock{mutex_};
              served_.push_back(served);
            }};
  }

  std::vector<Route> routes() {
    return {
        {.method = Method::get,
         .path = "/ping",
         .scope = Scope::open,
         .handler =
             [](Request, const Respond& respond) {
               respond({.content_type = "text/plain", .body = "pong"});
             }},
        {.method = Method::post,
         .path = "/echo",
         .handler =
             [](Request request, const Respond& respond) {
               respond({.content_type = "text/plain", .body = std::move(request.body)});
             }},
        {.method = Method::post,
         .path = "/held",
         .handler =
             [this](const Request& request, const Respond& respond) {
               released_.wait();
               respond({.content_type = "text/plain", .body = std::to_string(request.body.size())});
             }},
        {.method = Method::get,
         .path = "/late",
         .handler =
             [this](Request, const Respond& respond) {
               late_ = std::thread{[this, respond] {
                 gate_.get_future().wait();
                 respond({.content_type = "text/plain", .body = "late"});
               }};
               is_late_begun_ = true;
             }},
        {.method = Method::get,
         .path = "/watched",
         .handler =
             [this](const Request& request, const Respond& respond) {
               request.departure->on([this, respond] {
                 if (departures_++ == 0) respond({.status = 503, .body = "nobody waits"});
               });
               is_late_begun_ = true;
             }},
        {.method = Method::get,
         .path = "/feed",
         .handler =
             [this](Request, const Respond& respond) {
               const auto feed = std::make_shared<Feed>(256U << 10U);
               respond({.content_type = "text/plain", .body = "head;", .feed = feed});
               const std::scoped_lock lock{mutex_};
               feed_ = feed;
             }},
        {.method = Method::get, .path = "/silent", .handler = [](Request, const Respond&) {}},
        {.method = Method::get, .path = "/broken", .handler = [](Request, const Respond&) {
           throw Error{ErrorKind::busy, "later"};
         }}};
  }

  Server& server() {
    if (!server_) {
      server_ = std::make_unique<Server>(routes(), options());
      server_->start();
    }
    return *server_;
  }

  std::string ask(const std::string& text) {
    Client client{server().port()};
    client.say(text);
    return client.hear();
  }

  Limits limits_;
  std::mutex mutex_;
  std::vector<Served> served_;  // guarded by mutex_
  std::promise<void> gate_;
  std::promise<void> release_;
  const std::shared_future<void> released_{release_.get_future()};
  std::thread late_;
  std::atomic<bool> is_late_begun_{false};
  std::atomic<int> departures_{0};
  std::weak_ptr<Feed> feed_;  // guarded by mutex_

  // Waits until the route was called.
  std::shared_ptr<Feed> feed() {
    while (true) {
      {
        const std::scoped_lock lock{mutex_};
        if (auto found = feed_.lock()) return found;
      }
      std::this_thread::yield();
    }
  }
  std::unique_ptr<Server> server_;
};

const std::string kPing = "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n";

bool has_status(const std::string& answer, int status) {
  return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

TEST_F(ServerTest, Answers) {
  const std::string answer = ask(kPing);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\ndate: ")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\npong")) << answer;
}

TEST_F(ServerTest, AnswersAHeadWithoutABody) {
  Client client{server().port()};
  client.say("HEAD /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string answer = client.hear_to_the_end();
  EXPECT_NE(answer.find("content-length: 4\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  Client client{server().port()};
  const std::string post = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc";
  client.say(kPing + post + kPing);
  EXPECT_TRUE(client.hear().ends_with("pong"));
  EXPECT_TRUE(client.hear().ends_with("abc"));
  EXPECT_TRUE(client.hear().ends_with("pong"));
}

TEST_F(ServerTest, TakesChunksThatComeInPieces) {
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

TEST_F(ServerTest, SaysContinueToThoseWhoWait) {
  Client client{server().port()};
  client.say(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: "
      "100-continue\r\n\r\n");
  EXPECT_EQ(client.hear(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.say("ok");
  EXPECT_TRUE(client.hear().ends_with("ok"));
}

TEST_F(ServerTest, RefusesABodyBeforeItIsSent) {
  const std::string answer =
      ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\nExpect: "
          "100-continue\r\n\r\n");
  EXPECT_TRUE(has_status(answer, 413)) << answer;
  EXPECT_NE(answer.find("connection: close"), std::string::npos);
}

TEST_F(ServerTest, RefusesChunksBeyondTheLimitAndThoseThatAreNone) {
  limits_.body_bytes = 10;
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_TRUE(has_status(ask(head + "6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n"), 413));
  EXPECT_TRUE(has_status(ask(head + "-2\r\nab\r\n0\r\n\r\n"), 400));
  EXPECT_TRUE(has_status(ask(head + "ffffffffffffffffff\r\nab"), 400));
  EXPECT_TRUE(has_status(ask(head + "2\r\nabc\r\n0\r\n\r\n"), 400));
}

TEST_F(ServerTest, ClosesAfterAHeadThatCouldBeReadInTwoWays) {
  Client client{server().port()};
  client.say(
      "GET /ping HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n" +
      kPing);
  const std::string answer = client.hear_to_the_end();
  EXPECT_TRUE(has_status(answer, 400));
  EXPECT_EQ(answer.find("pong"), std::string::npos) << "what was smuggled is not answered";
}

TEST_F(ServerTest, GoesOnAfterARefusalWithoutABody) {
  Client client{server().port()};
  client.say("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n" + kPing);
  EXPECT_TRUE(has_status(client.hear(), 404));
  EXPECT_TRUE(client.hear().ends_with("pong"));
}

TEST_F(ServerTest, AnswersARouteThatGivesNoAnswer) {
  EXPECT_TRUE(has_status(ask("GET /silent HTTP/1.1\r\nHost: localhost\r\n\r\n"), 500));
  EXPECT_TRUE(has_status(ask("GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n"), 503));
}

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

TEST_F(ServerTest, KeepsAnOldClientsConnectionOnlyIfItSaysSo) {
  Client client{server().port()};
  const std::string old = "GET /ping HTTP/1.0\r\nHost: localhost\r\n";
  client.say(old + "Connection: keep-alive\r\n\r\n");
  EXPECT_NE(client.hear().find("connection: keep-alive\r\n"), std::string::npos);
  client.say(old + "\r\n");
  EXPECT_NE(client.hear_to_the_end().find("connection: close\r\n"), std::string::npos);
}

TEST_F(ServerTest, SlowHeadsAndIdleClientsAreClosed) {
  limits_.head_time = Seconds{0.05};
  limits_.idle_time = Seconds{0.05};
  Client slow{server().port()};
  slow.say("GET /ping HTT");
  EXPECT_EQ(slow.hear_to_the_end(), "");
  Client idle{server().port()};
  EXPECT_EQ(idle.hear_to_the_end(), "");
}

TEST_F(ServerTest, SlowBodiesAreClosed) {
  limits_.body_time = Seconds{0.05};
  Client slow{server().port()};
  slow.say("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(slow.hear_to_the_end(), "");
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

Feed::Piece text_piece(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

TEST_F(ServerTest, AFeedIsSentWhileItIsMade) {
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

TEST_F(ServerTest, AnOldClientReadsAFeedToTheEndOfTheConnection) {
  Client client{server().port()};
  client.say("GET /feed HTTP/1.0\r\nHost: localhost\r\n\r\n");
  feed()->end(text_piece("end"));
  EXPECT_TRUE(client.hear_to_the_end().ends_with("\r\n\r\nhead;end"));
}

TEST_F(ServerTest, AHeadOfAFeedHasNoBody) {
  Client client{server().port()};
  client.say("HEAD /feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(client.hear_to_the_end().ends_with("connection: close\r\n\r\n"));
}

TEST_F(ServerTest, AFeedThatNobodyReadsIsFullAndThenGone) {
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

TEST_F(ServerTest, AFeedGoesWithItsClient) {
  std::weak_ptr<Feed> gone;
  {
    Client client{server().port()};
    client.say("GET /feed HTTP/1.1\r\nHost: localhost\r\n\r\n");
    gone = feed();
  }
  while (!gone.expired()) std::this_thread::yield();
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

TEST_F(ServerTest, AHandlerIsToldThatItsClientIsGone) {
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

TEST_F(ServerTest, AClientThatSaysNoMoreGetsAnAnswerThatNobodyGivesUp) {
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

TEST_F(ServerTest, AnAnswerThatTakesTooLongIsInterrupted) {
  limits_.answer_time = Seconds{0.01};
  EXPECT_TRUE(has_status(ask("GET /watched HTTP/1.1\r\nHost: localhost\r\n\r\n"), 503));
}

TEST_F(ServerTest, EmptyLinesBeforeAHeadBuyNoTime) {
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

TEST_F(ServerTest, TokensAreReplacedWhileItRuns) {
  EXPECT_TRUE(has_status(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200));
  server().replace_tokens(read_tokens(token_line("a", Scope::read, "abc"), "tokens"));
  EXPECT_TRUE(has_status(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"), 401));
}

std::string post_of(std::string_view path, std::string_view body, std::string_view fields = "") {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// Text that gzip makes hardly smaller than a half.
std::string hex_noise(std::size_t bytes) {
  std::string text(bytes, '0');
  std::uint32_t state = 1;
  for (char& c : text) {
    state = state * 1664525U + 1013904223U;
    c = "0123456789abcdef"[state >> 28U];
  }
  return text;
}

TEST_F(ServerTest, LargeBodiesKeepNoNetworkThread) {
  const std::uint16_t port = server().port();
  std::vector<std::unique_ptr<Client>> senders;
  for (int i = 0; i < 3; ++i) {
    senders.push_back(std::make_unique<Client>(port));
    senders.back()->say(post_of("/held", std::string(300'000, 'x')));
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_NE(ask("GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n").find("pong"), std::string::npos);
  }
  release_.set_value();
  for (const auto& sender : senders) {
    EXPECT_TRUE(sender->hear().ends_with("\r\n\r\n300000"));
  }
}

TEST_F(ServerTest, LargeCodedBodiesAreDecodedAside) {
  const std::string text = hex_noise(300'000);
  const std::string coded = gzip(text);
  constexpr std::string_view kCoded = "Content-Encoding: gzip\r\n";
  Client client{server().port()};
  client.say(post_of("/echo", coded, kCoded));
  EXPECT_TRUE(client.hear().ends_with("\r\n\r\n" + text));
  client.say(post_of("/echo", coded.substr(0, coded.size() / 2), kCoded));
  EXPECT_TRUE(client.hear().starts_with("HTTP/1.1 400 "));
  client.say(post_of("/echo", "[]"));
  EXPECT_TRUE(client.hear().ends_with("\r\n\r\n[]")) << "the connection goes on";
}

TEST_F(ServerTest, StopsWhileLargeBodiesWait) {
  const std::uint16_t port = server().port();
  std::vector<std::unique_ptr<Client>> senders;
  for (int i = 0; i < 3; ++i) {
    senders.push_back(std::make_unique<Client>(port));
    senders.back()->say(post_of("/held", std::string(300'000, 'x')));
  }
  EXPECT_NE(ask("GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n").find("pong"), std::string::npos);
  std::thread later{[this] { release_.set_value(); }};
  server_->stop(Seconds{0});
  later.join();
  server_.reset();
}

}  // namespace
}  // namespace shelduck::http
