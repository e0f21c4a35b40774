#include "shelduck/store/service.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/store/service_for_test.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::numbers;
using testing::ToyWriter;

TEST_F(ServiceTest, EveryQuestionSeesWhatWasAcknowledgedBeforeIt) {
  EXPECT_EQ(asked_numbers().get().size(), 0U);
  ToyWriter writer{path_};
  for (int i = 1; i <= 50; ++i) {
    writer.write({"put " + std::to_string(i) + " 1"});
    EXPECT_EQ(asked_numbers().get().size(), static_cast<std::size_t>(i));
  }
}

// Bytes of rows that are in memory alone.
std::int64_t unwritten(Connection& rows) {
  return rows.value<std::int64_t>(
      "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'");
}

// Rows that came to a segment which is still being written are in the engine's log alone.
TEST_F(ServiceTest, WhatIsRecordedIsNotKeptInMemoryForEver) {
  service_options_.upkeep = Seconds{0.01};
  service_options_.giving_back = Seconds{0.01};
  EXPECT_EQ(recorded(1, 10).get(), "now");
  EXPECT_EQ(asked_numbers().get().size(), 1U);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (asked(unwritten).get() > 0 && std::chrono::steady_clock::now() < end) {
    std::this_thread::yield();
  }
  EXPECT_EQ(asked(unwritten).get(), 0);
  EXPECT_EQ(asked_numbers().get(), (Numbers{{1, 10}}));
}

TEST_F(ServiceTest, AnswersAndRecordsWhileMemoryIsGivenBackAllTheTime) {
  service_options_.upkeep = Seconds{0.001};
  service_options_.giving_back = Seconds{0};
  (void)service();
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 40; ++i) {
        const int number = 1 + t * 1000 + i;
        std::string said;
        do {
          said = recorded(number, 1).get();
        } while (said == "busy");  // a slow machine's
        if (said != "now") ++wrong;
        if (!asked_numbers().get().contains(number)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(service().state().applied, 120U);
}

TEST_F(ServiceTest, ManyAskersAndWritersAtOnceAreAllServed) {
  (void)service();
  std::atomic<int> stale{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      ToyWriter writer{path_};
      for (int i = 0; i < 20; ++i) {
        const int number = 1 + t * 1000 + i;
        writer.write({"put " + std::to_string(number) + " 1"});
        if (!asked_numbers().get().contains(number)) ++stale;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stale, 0);
  EXPECT_EQ(service().state().applied, 80U);
  wait_until_idle();
}

TEST_F(ServiceTest, NobodyButAnImporterWaitsForWhatItWrites) {
  (void)service();
  std::optional<ToyWriter> importer{std::in_place, path_, 4U << 20U, journal::Shelf::import};
  importer->hold("put 1 1");
  ToyWriter{path_}.write({"put 2 1"});
  EXPECT_EQ(asked_numbers().get(), (Numbers{{2, 1}}));
  std::promise<Numbers> seen;
  service().ask({.work = [&](Connection& rows) { seen.set_value(numbers(rows)); },
                 .failed = [](const Error&) {},
                 .patience = Seconds{30},
                 .asker = Service::Asker::import});
  EXPECT_EQ(seen.get_future().get(), (Numbers{{1, 1}, {2, 1}}));
  importer->hold("put 3 1");
  importer.reset();
  EXPECT_EQ(asked_numbers().get().size(), 3U) << "it is over, so everybody waits for it";
}

TEST_F(ServiceTest, RecordsForManyClientsAndKnowsWhatItRecorded) {
  std::vector<std::future<std::string>> answers;
  answers.reserve(100);
  for (int n = 1; n <= 100; ++n) answers.push_back(recorded(n, 1));
  for (auto& answer : answers) EXPECT_EQ(answer.get(), "now");
  EXPECT_EQ(asked_numbers().get().size(), 100U) << "acknowledged, so it is in every answer";
  EXPECT_EQ(recorded(7, 1).get(), "before");
  EXPECT_EQ(recorded(7, 2).get(), "conflict");
  service_.reset();
  EXPECT_EQ(recorded(7, 2).get(), "conflict") << "of a server before this one";
  ToyWriter{path_}.write({"put 200 1"});
  EXPECT_EQ(asked_numbers().get().size(), 101U);
  EXPECT_EQ(recorded(200, 1).get(), "before");
}

// This one tells for ever what it found first.
TEST_F(ServiceTest, WhatWasFoundIsRememberedNoLongerThanTheRowsStayTheSame) {
  domain_.facts_finder = [make = domain_.facts_finder]() -> FindFacts {
    return [find = make(), found = std::optional<KnownFacts>{}](
               Connection& connection, std::span<const Fact> facts) mutable {
      if (!found) found = find(connection, facts);
      return *found;
    };
  };
  for (std::int64_t n = 1; n <= 20; ++n) {
    EXPECT_EQ(recorded(n, 10).get(), "now");
    EXPECT_EQ(asked_numbers().get().size(), static_cast<std::size_t>(n)) << "it is applied";
    EXPECT_EQ(recorded(n, 10).get(), "before");
    EXPECT_EQ(recorded(n, 11).get(), "conflict");
  }
}

TEST_F(ServiceTest, StopEndsWhatRunsAndFailsWhatWaits) {
  service_options_.readers = 1;
  std::promise<void> begun;
  auto endless = asked([&](Connection& rows) {
    begun.set_value();
    return rows.value<std::int64_t>(
        "SELECT count(*) FROM range(100000000000) a, range(1000) b WHERE a.range <> b.range");
  });
  begun.get_future().wait();
  auto waiting = asked_numbers();
  EXPECT_TRUE(service().stop(Seconds{0.01}));
  EXPECT_EQ(kind_of_failure(std::move(endless)), ErrorKind::cancelled);
  EXPECT_EQ(kind_of_failure(std::move(waiting)), ErrorKind::cancelled);
  EXPECT_EQ(kind_of_failure(asked_numbers()), ErrorKind::cancelled);
}

TEST_F(ServiceTest, MakesWhatIsMadeFromNews) {
  service_options_.upkeep = Seconds{0.01};
  std::promise<std::size_t> made;
  std::atomic<bool> is_made{false};
  service_options_.has_news = [&](Store& store) {
    const std::size_t count = numbers(store.connection()).size();
    if (count > 0 && !is_made.exchange(true)) made.set_value(count);
  };
  (void)service();
  ToyWriter{path_}.write({"put 1 10"});
  EXPECT_EQ(made.get_future().get(), 1U) << "without any question";
}

}  // namespace
}  // namespace shelduck::store
