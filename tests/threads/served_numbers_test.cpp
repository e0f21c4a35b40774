// A whole server around a small domain, with everybody at work at once: clients that ask, write and
// go away, other writers of the journal, the administrator, an engine that fails, a stop.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/http/client_for_test.hpp"
#include "shelduck/http/feed.hpp"
#include "shelduck/http/problem.hpp"
#include "shelduck/http/server.hpp"
#include "shelduck/store/service.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck {
namespace {

using store::testing::numbers;
using store::testing::TemporaryFolder;
using store::testing::ToyWriter;

constexpr int kClients = 4;
constexpr int kRounds = 12;

class ServedNumbers : public ::testing::Test {
 protected:
  ServedNumbers() {
    options_.purpose = store::Purpose::write;
    options_.applied = [this](const store::Applied& applied) { tell(applied); };
    service_ = std::make_unique<store::Service>(path_, store::testing::toy_domain(), options_,
                                                store::ServiceOptions{.upkeep = Seconds{0.02}});
    server_ = std::make_unique<http::Server>(
        routes(), http::ServerOptions{.port = 0,
                                      .tokens = tokens(),
                                      .clock = system_clock(),
                                      .random = system_random(),
                                      .served = [this](const http::Served&) { ++served_; }});
    server_->start();
  }
  // Nobody may hold an answer of a server that is gone.
  ~ServedNumbers() override { EXPECT_TRUE(service_->stop(Seconds{0})); }

  // "n is there" for each number, one a line.
  static http::Response list(store::Connection& rows) {
    std::string text = ";";
    for (const auto& [number, value] : numbers(rows)) text += std::to_string(number) + ";";
    return {.content_type = "text/plain", .body = text};
  }

  [[nodiscard]] http::Handler handler(
      std::function<http::Response(const http::Request&, store::Connection&)> work) {
    return [this, work](const http::Request& request, const http::Respond& respond) {
      service_->ask(
          {.work = [work, request,
                    respond](store::Connection& rows) { respond(work(request, rows)); },
           .failed = [respond, id = request.id](
                         const Error& error) { respond(http::problem_response(error, id)); },
           .patience = Seconds{60}});
    };
  }

  // By the applying thread, to whoever listens.
  void tell(const store::Applied& applied) {
    const auto piece =
        std::make_shared<const std::string>(std::to_string(applied.version.count) + "\n");
    const std::scoped_lock lock{feeds_mutex_};
    std::erase_if(feeds_, [&](const std::weak_ptr<http::Feed>& weak) {
      const auto feed = weak.lock();
      return !feed || feed->add(piece) != http::Feed::Outcome::taken;
    });
  }

  http::Response listen() {
    const auto feed = std::make_shared<http::Feed>(std::size_t{1} << 10U);
    feed->on_drained([this] { ++drained_; });
    const std::scoped_lock lock{feeds_mutex_};
    feeds_.push_back(feed);
    return {.content_type = "text/plain", .body = "counts:\n", .fields = {}, .feed = feed};
  }

  // Where nothing was applied since the last question it is told at once, by the applying thread.
  void tell_whether_new(const http::Respond& respond) {
    service_->ask(
        {.work =
             [this, respond](store::Connection& rows) {
               const std::scoped_lock lock{feeds_mutex_};
               known_ = store::read_version(rows);
               respond({.content_type = "text/plain", .body = "new"});
             },
         .failed = [respond](const Error& error) { respond(http::problem_response(error, "")); },
         .known =
             [this, respond](const store::Version& version) {
               const std::scoped_lock lock{feeds_mutex_};
               if (version != known_) return false;
               respond({.content_type = "text/plain", .body = "known"});
               return true;
             },
         .patience = Seconds{60}});
  }

  std::vector<http::Route> routes() {
    return {
        {.path = "/feed",
         .handler = [this](const http::Request&,
                           const http::Respond& respond) { respond(listen()); }},
        {.path = "/news",
         .handler = [this](const http::Request&,
                           const http::Respond& respond) { tell_whether_new(respond); }},
        {.path = "/numbers", .handler = handler([](const http::Request&, store::Connection& rows) {
                               return list(rows);
                             })},
        {.method = http::Method::put,
         .path = "/numbers/{n}",
         .handler = handler([this](const http::Request& request, store::Connection&) {
           service_->append(store::testing::records({"put " + request.captures.at("n") + " 1"}));
           return http::Response{.status = 201};
         })},
        {.method = http::Method::patch,
         .path = "/numbers/{n}",
         .handler =
             [this](const http::Request& request, const http::Respond& respond) {
               service_->record(
                   {.claim = store::testing::putting(std::stoll(request.captures.at("n")), 1),
                    .done = [respond](store::Said) { respond(http::Response{.status = 201}); },
                    .failed =
                        [respond, id = request.id](const Error& error) {
                          respond(http::problem_response(error, id));
                        }});
             }},
        {.method = http::Method::post,
         .path = "/failure",
         .handler = handler([](const http::Request&, store::Connection&) -> http::Response {
           throw Error{ErrorKind::fatal, "the engine is unusable"};
         })}};
  }

  [[nodiscard]] http::TokenTable tokens() const {
    return http::read_tokens(http::token_line("client", http::Scope::admin, token_), "tokens");
  }

  std::string ask(const std::string& line) {
    http::Client client{server_->port()};
    client.say(line + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token_ +
               "\r\nContent-Length: 0\r\n\r\n");
    return client.hear();
  }

  bool is_there(int number) {
    std::string answer = ask("GET /numbers");
    // 503: the engine is being opened again.
    while (!answer.starts_with("HTTP/1.1 200")) answer = ask("GET /numbers");
    return answer.find(";" + std::to_string(number) + ";") != std::string::npos;
  }

  void write_and_ask(int client) { say_and_ask("PUT", client); }

  // Through the desk of those who record.
  void record_and_ask(int client) { say_and_ask("PATCH", client); }

  void say_and_ask(const std::string& method, int client) {
    for (int round = 0; round < kRounds; ++round) {
      const int number = 1 + client * 1000 + round;
      const std::string line = method + " /numbers/" + std::to_string(number);
      while (!ask(line).starts_with("HTTP/1.1 201")) {
      }
      if (!is_there(number)) ++missing_;
    }
  }

  void write_beside(int client) {
    ToyWriter writer{path_};
    for (int round = 0; round < kRounds; ++round) {
      const int number = 1 + client * 1000 + round;
      writer.write({"put " + std::to_string(number) + " 1"});
      if (!is_there(number)) ++missing_;
    }
  }

  void go_away() {
    for (int round = 0; round < kRounds; ++round) {
      http::Client client{server_->port()};
      client.say("GET /numbers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token_ +
                 "\r\n\r\n");
    }
  }

  // Some hear what is applied, some go away meanwhile.
  void hear_feeds() {
    for (int round = 0; round < kRounds; ++round) {
      http::Client client{server_->port()};
      client.say("GET /feed HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token_ +
                 "\r\n\r\n");
      (void)client.hear_until("counts:\n");
      if (round % 2 == 0) continue;
      (void)ask("PUT /numbers/" + std::to_string(9000 + round));
      (void)ask("GET /news");
      (void)client.hear_until("\n\r\n");
    }
  }

  void administer() {
    for (int round = 0; round < kRounds; ++round) {
      service_->administer({.work = [](store::Store& store) { (void)store.apply(); },
                            .failed = [](const Error&) {}});
      server_->replace_tokens(tokens());
      (void)service_->state();
      std::this_thread::yield();
    }
  }

  template <class... Work>
  static void at_once(Work... work) {
    std::vector<std::thread> threads;
    (threads.emplace_back(work), ...);
    for (std::thread& thread : threads) thread.join();
  }

  const std::string token_ = http::new_token(system_random());
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.file("a.duckdb");
  store::OpenOptions options_;
  std::atomic<int> served_{0};
  std::atomic<int> missing_{0};
  std::atomic<int> drained_{0};
  std::mutex feeds_mutex_;
  std::vector<std::weak_ptr<http::Feed>> feeds_;  // guarded by feeds_mutex_
  std::optional<store::Version> known_;           // guarded by feeds_mutex_
  std::unique_ptr<store::Service> service_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(ServedNumbers, WhoeverWritesFindsWhatWasAcknowledged) {
  at_once([this] { write_and_ask(0); }, [this] { write_and_ask(1); }, [this] { write_beside(2); },
          [this] { record_and_ask(3); }, [this] { record_and_ask(4); }, [this] { go_away(); },
          [this] { hear_feeds(); }, [this] { administer(); });
  EXPECT_EQ(missing_, 0);
  EXPECT_GT(drained_, 0);
  EXPECT_GT(served_, kRounds * kClients);
}

TEST_F(ServedNumbers, AnEngineThatFailsMeanwhileLosesNothing) {
  at_once([this] { write_and_ask(0); }, [this] { write_beside(1); }, [this] { record_and_ask(2); },
          [this] {
            for (int i = 0; i < 3; ++i) (void)ask("POST /failure");
          });
  EXPECT_EQ(missing_, 0);
}

TEST_F(ServedNumbers, StopsInTheMidstOfIt) {
  std::atomic<bool> is_over{false};
  at_once(
      [&] {
        while (!is_over) go_away();
      },
      [&] {
        while (!is_over) (void)ask("GET /numbers");
      },
      [&] {
        (void)is_there(1);
        server_->stop(Seconds{0.05});
        EXPECT_TRUE(service_->stop(Seconds{0.01}));
        is_over = true;
      });
  EXPECT_FALSE(http::Client{server_->port()}.is_connected());
}

}  // namespace
}  // namespace shelduck
