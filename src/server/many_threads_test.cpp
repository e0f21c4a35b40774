// What several threads of a server use at once, for the thread sanitizer as much as for what holds.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "shelduck/server/answer_cache.hpp"
#include "shelduck/server/event_stream.hpp"
#include "shelduck/server/log_queue.hpp"
#include "shelduck/server/outcomes.hpp"

namespace shelduck::server {
namespace {

constexpr int kThreads = 4;

// Joins when it goes.
class Crew {
 public:
  Crew() = default;
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew() { join(); }

  template <class Work>
  void add(Work work) {
    threads_.emplace_back(std::move(work));
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::vector<std::thread> threads_;
};

class ManyStreams : public testing::Test {
 protected:
  static constexpr std::uint64_t kEvents = 1000;

  static StreamLimits limits() {
    StreamLimits limits;
    limits.events_a_second = 10 * kEvents;
    return limits;
  }
  void publish(std::uint64_t count) {
    const std::vector<store::Events> events{
        store::one_event("word", to_json(Document{"w" + std::to_string(count) + "."}))};
    desk_.publish("history",
                  {.version = {.epoch = {}, .count = count}, .before = count - 1, .events = events},
                  std::chrono::steady_clock::now());
  }
  // Everything that a stream says until `last`.
  static std::string heard_until(const http::Response& response, const std::string& last) {
    std::string text = response.body;
    while (text.find(last) == std::string::npos && !response.feed->is_ended()) {
      for (const auto& piece : response.feed->take()) text += *piece;
      response.feed->sent();
      std::this_thread::yield();
    }
    return text;
  }

  EventDesk desk_{{"history"}, limits()};
};

TEST_F(ManyStreams, HearEveryEventWhileOthersComeAndGo) {
  desk_.publish("history", {}, std::chrono::steady_clock::now());
  std::array<http::Response, kThreads> streams;
  for (http::Response& stream : streams) stream = desk_.open({});
  std::array<std::string, kThreads> heard;
  std::atomic<bool> is_over{false};
  Crew others;
  others.add([&] {
    while (!is_over) {
      desk_.tick(std::chrono::steady_clock::now());
      EXPECT_GE(desk_.streams(), 1U);
    }
  });
  others.add([&] {
    while (!is_over) (void)desk_.open({.last_id = "history:0"});
  });
  Crew hearers;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    hearers.add([&, i] { heard.at(i) = heard_until(streams.at(i), "\"w1000.\""); });
  }
  for (std::uint64_t count = 1; count <= kEvents; ++count) publish(count);
  hearers.join();
  is_over = true;
  others.join();
  for (const std::string& text : heard) {
    std::size_t at = 0;
    for (std::uint64_t count = 1; count <= kEvents; ++count) {
      at = text.find("\"w" + std::to_string(count) + ".\"", at);
      ASSERT_NE(at, std::string::npos) << count;
    }
  }
  desk_.close();
  EXPECT_TRUE(streams.front().feed->is_ended());
}

TEST(ManyAskers, FindOnlyWhatWasKeptUnderTheirQuestionAndVersion) {
  AnswerCache cache{20'000};
  Crew crew;
  for (std::uint64_t thread = 0; thread < kThreads; ++thread) {
    crew.add([&cache, thread] {
      for (std::uint64_t i = 0; i < 2000; ++i) {
        const std::string key = "/runs/" + std::to_string(i % 50);
        const store::Version version{.epoch = {}, .count = (i + thread) % 3};
        const std::string body = key + " " + std::to_string(version.count);
        const auto found = cache.find(key, version, Instant{});
        EXPECT_EQ(found ? found->body : body, body);
        cache.keep(
            key,
            std::make_shared<const KeptAnswer>(KeptAnswer{
                .version = version, .same_until = Instant::max(), .tag = "W/\"x\"", .body = body}));
        (void)cache.knows(key);
        EXPECT_LE(cache.bytes(), 20'000U);
      }
    });
  }
}

TEST(ManyCallers, OfOneCommandAreToldOneOutcome) {
  Outcomes outcomes;
  std::atomic<int> begun{0};
  Crew crew;
  for (int thread = 0; thread < kThreads; ++thread) {
    crew.add([&] {
      for (int i = 0; i < 200; ++i) {
        const std::string id = std::to_string(i);
        if (outcomes.begin(id)) {
          ++begun;
          outcomes.end(id, {.exit_code = i});
        }
        EXPECT_EQ(outcomes.wait(id, Seconds{60})->exit_code, i);
      }
    });
  }
  crew.join();
  EXPECT_EQ(begun, 200);
}

TEST(ManySpeakers, HaveEachLineWrittenOrCounted) {
  constexpr int kLines = 500;
  const int file = ::memfd_create("lines", MFD_CLOEXEC);
  ASSERT_GE(file, 0);
  std::atomic<std::size_t> left_out{0};
  {
    LogQueue queue{file, {.lines_max = 100, .left_out = [&](std::size_t count) {
                            left_out += count;
                            return std::string{};
                          }}};
    Crew crew;
    for (int thread = 0; thread < kThreads; ++thread) {
      crew.add([&queue] {
        for (int i = 0; i < kLines; ++i) queue.push("a line\n");
      });
    }
  }
  const auto bytes = static_cast<std::size_t>(::lseek(file, 0, SEEK_END));
  EXPECT_EQ(bytes / std::string{"a line\n"}.size() + left_out, std::size_t{kThreads} * kLines);
  ::close(file);
}

}  // namespace
}  // namespace shelduck::server
