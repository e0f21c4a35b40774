#include "shelduck/store/service.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "shelduck/core/error.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::model;
using testing::numbers;
using testing::TemporaryFolder;
using testing::toy_domain;
using testing::ToyWriter;

using Numbers = std::map<std::int64_t, std::int64_t>;

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() { options_.purpose = Purpose::write; }

  Service& service() {
    if (!service_) service_.emplace(path_, domain_, options_, service_options_);
    return *service_;
  }

  // The answer of a question, or the error that it failed with.
  template <class Work>
  auto asked(Work work, Seconds patience = Seconds{30}) {
    using Answer = decltype(work(std::declval<Connection&>()));
    auto promise = std::make_shared<std::promise<Answer>>();
    service().ask({.work = [promise, work](Connection& rows) { promise->set_value(work(rows)); },
                   .failed =
                       [promise](const Error& error) {
                         promise->set_exception(std::make_exception_ptr(error));
                       },
                   .patience = patience});
    return promise->get_future();
  }

  std::future<Numbers> asked_numbers(Seconds patience = Seconds{30}) {
    return asked([](Connection& rows) { return numbers(rows); }, patience);
  }

  // What became of it: "now", "before" or the kind of its failure.
  std::future<std::string> recorded(std::int64_t n, std::int64_t v) {
    auto promise = std::make_shared<std::promise<std::string>>();
    service().record(
        {.claim = testing::putting(n, v),
         .done = [promise](Said said) { promise->set_value(said == Said::now ? "now" : "before"); },
         .failed =
             [promise](const Error& error) {
               promise->set_value(std::string(to_string(error.kind())));
             }});
    return promise->get_future();
  }

  // While the store is opened again, what comes is to be asked again.
  Numbers numbers_at_last() {
    while (true) {
      try {
        return asked_numbers().get();
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::busy);
        std::this_thread::yield();
      }
    }
  }

  // Keeps the applying thread busy until the gate opens.
  void block_applier(std::shared_future<void> gate) {
    std::promise<void> begun;
    service().administer({.work =
                              [&begun, gate](Store&) {
                                begun.set_value();
                                gate.wait();
                              },
                          .failed = [](const Error&) {}});
    begun.get_future().wait();
  }

  // A question is over a moment after its answer.
  void wait_until_idle() {
    while (service().state().questions > 0) std::this_thread::yield();
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.file("a.duckdb");
  Domain domain_ = toy_domain();
  OpenOptions options_;
  ServiceOptions service_options_;
  std::mutex told_mutex_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> told_;  // guarded by told_mutex_
  std::optional<Service> service_;
};

template <class T>
ErrorKind kind_of_failure(std::future<T> answer) {
  try {
    (void)answer.get();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error";
  return ErrorKind::bug;
}

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

TEST_F(ServiceTest, RecordingGoesOnWhenTheStoreIsAnAdministratorsOrOpenedAgain) {
  EXPECT_EQ(recorded(1, 1).get(), "now");
  std::promise<void> gate;
  block_applier(gate.get_future().share());
  auto waiting = recorded(2, 1);
  EXPECT_EQ(waiting.wait_for(std::chrono::seconds{0}), std::future_status::timeout);
  gate.set_value();
  EXPECT_EQ(waiting.get(), "now");
  const auto fatal = [](Connection&) -> int {
    throw Error{ErrorKind::fatal, "the engine is unusable"};
  };
  EXPECT_EQ(kind_of_failure(asked(fatal)), ErrorKind::fatal);
  std::string word = recorded(2, 2).get();
  while (word == "busy") word = recorded(2, 2).get();
  EXPECT_EQ(word, "conflict");
  EXPECT_TRUE(service().stop(Seconds{0}));
  EXPECT_EQ(recorded(3, 1).get(), "cancelled");
}

TEST_F(ServiceTest, AQuestionMayStoreWhatItFound) {
  auto stored = asked([&](Connection&) {
    service().append(testing::records({"put 5 50"}));
    return 1;
  });
  EXPECT_EQ(stored.get(), 1);
  EXPECT_EQ(asked_numbers().get(), model({"put 5 50"}));
  EXPECT_GT(service().state().version.count, 0U);
}

TEST_F(ServiceTest, AKnownAnswerIsJudgedByRowsThatAreAsNewAsItsQuestion) {
  ToyWriter writer{path_};
  const auto ask_known = [&](const std::optional<Version>& known) {
    auto promise = std::make_shared<std::promise<std::pair<bool, Version>>>();
    service().ask(
        {.work = [promise](Connection& rows) { promise->set_value({false, read_version(rows)}); },
         .failed = [](const Error&) {},
         .known =
             [promise, known](const Version& version) {
               if (version == known) promise->set_value({true, version});
               return version == known;
             }});
    return promise->get_future().get();
  };
  auto [was_known, version] = ask_known(std::nullopt);
  EXPECT_FALSE(was_known);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(ask_known(version).first);
    writer.write({"put " + std::to_string(i) + " 1"});
    const auto [is_known, now] = ask_known(version);
    EXPECT_FALSE(is_known) << "another process has written before it was asked";
    EXPECT_EQ(now.count, version.count + 1);
    version = now;
  }
  wait_until_idle();
}

TEST_F(ServiceTest, QuestionsThatAreKnownTakeNoPlaceInTheLine) {
  service_options_.questions_max = 1;
  std::promise<void> gate;
  block_applier(gate.get_future().share());
  std::atomic<int> known{0};
  std::atomic<int> refused{0};
  std::atomic<int> worked{0};
  for (int i = 0; i < 10; ++i) {
    service().ask({.work = [&](Connection&) { ++worked; },
                   .failed = [&](const Error&) { ++refused; },
                   .known = [&, i](const Version&) { return i < 8 && ++known > 0; },
                   .patience = Seconds{30}});
  }
  EXPECT_EQ(refused, 0);
  gate.set_value();
  wait_until_idle();
  while (worked + refused < 2) std::this_thread::yield();  // who is refused is told a moment later
  EXPECT_EQ(known, 8);
  EXPECT_GE(worked, 1);
}

TEST_F(ServiceTest, AQuestionThatWaitsTooLongFailsAndIsNeverStale) {
  std::promise<void> gate;
  block_applier(gate.get_future().share());
  EXPECT_EQ(kind_of_failure(asked_numbers(Seconds{0.02})), ErrorKind::busy);
  wait_until_idle();
  gate.set_value();
  EXPECT_EQ(asked_numbers().get().size(), 0U);
}

TEST_F(ServiceTest, MoreQuestionsThanTheLimitFailAtOnce) {
  service_options_.questions_max = 3;
  std::promise<void> gate;
  block_applier(gate.get_future().share());
  std::vector<std::future<Numbers>> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(asked_numbers());
  EXPECT_EQ(kind_of_failure(asked_numbers()), ErrorKind::busy);
  gate.set_value();
  for (auto& answer : waiting) EXPECT_NO_THROW((void)answer.get());
}

TEST_F(ServiceTest, AnErrorIsTheQuestionsOwn) {
  const auto failing = [](Connection& rows) { return rows.value<std::int64_t>("SELECT nothing"); };
  EXPECT_NE(kind_of_failure(asked(failing)), ErrorKind::fatal);
  EXPECT_EQ(asked_numbers().get().size(), 0U);
}

TEST_F(ServiceTest, AnAdministratorHasTheStoreAlone) {
  std::promise<void> begun;
  std::promise<void> gate;
  std::atomic<bool> is_answering{true};
  auto slow = asked([&, open = gate.get_future().share()](Connection&) {
    begun.set_value();
    open.wait();
    is_answering = false;
    return 1;
  });
  begun.get_future().wait();
  std::promise<bool> alone;
  service().administer({.work = [&](Store&) { alone.set_value(!is_answering); },
                        .failed = [&](const Error&) { alone.set_value(false); }});
  auto later = asked_numbers();
  gate.set_value();
  EXPECT_TRUE(alone.get_future().get());
  EXPECT_EQ(slow.get(), 1);
  EXPECT_NO_THROW((void)later.get());
}

TEST_F(ServiceTest, AnAdministratorThatWaitsForAStalledAnswerHoldsUpNobodyElse) {
  std::promise<void> begun;
  std::promise<void> gate;
  auto stalled = asked([&, opens = gate.get_future().share()](Connection&) {
    begun.set_value();
    opens.wait();
    return true;
  });
  begun.get_future().wait();
  std::promise<void> alone;
  service().administer({.work = [&](Store&) { alone.set_value(); },
                        .failed = [](const Error&) {},
                        .patience = Seconds{60}});
  ToyWriter writer{path_};
  for (int i = 1; i <= 3; ++i) {
    writer.write({"put " + std::to_string(i) + " 1"});
    EXPECT_EQ(asked_numbers().get().size(), static_cast<std::size_t>(i));
  }
  gate.set_value();
  EXPECT_TRUE(stalled.get());
  alone.get_future().wait();
}

TEST_F(ServiceTest, AFatalErrorOpensTheStoreAgainAndNothingIsLost) {
  ToyWriter{path_}.write({"put 1 10"});
  const auto fatal = [](Connection&) -> int {
    throw Error{ErrorKind::fatal, "the engine is unusable"};
  };
  EXPECT_EQ(kind_of_failure(asked(fatal)), ErrorKind::fatal);
  EXPECT_EQ(numbers_at_last(), model({"put 1 10"}));
  // The failure is noted a moment after it was told: the answer may have come before that.
  while (!service().state().is_open) std::this_thread::yield();
}

// Looks at nothing that the opening thread is making: a finding of the thread sanitizer.
TEST_F(ServiceTest, EndsAndIsAnnouncedWhileItsStoreIsOpenedAgain) {
  for (int i = 0; i < 3; ++i) {
    std::promise<void> opening;
    options_.log = [&opening](LogLevel level, std::string_view) {
      if (level == LogLevel::error) opening.set_value();
    };
    service_.reset();
    (void)kind_of_failure(
        asked([](Connection&) -> int { throw Error{ErrorKind::fatal, "poisoned"}; }));
    opening.get_future().wait();
    service().announce("/somewhere/else");
    EXPECT_TRUE(service().stop(Seconds{0}));
    EXPECT_EQ(kind_of_failure(asked_numbers()), ErrorKind::cancelled);
  }
}

TEST_F(ServiceTest, WhoeverWatchesIsToldWhereTheCounterStandsAfterAnOpening) {
  options_.applied = [this](const Applied& applied) {
    const std::scoped_lock lock{told_mutex_};
    told_.emplace_back(applied.before, applied.version.count);
  };
  ToyWriter{path_}.write({"put 1 10"});
  EXPECT_EQ(asked_numbers().get().size(), 1U);
  (void)kind_of_failure(
      asked([](Connection&) -> int { throw Error{ErrorKind::fatal, "poisoned"}; }));
  ToyWriter{path_}.write({"put 2 20"});
  while (true) {
    EXPECT_EQ(numbers_at_last().size(), 2U) << "nothing is lost";
    // It is opened again a moment after its failure was told.
    const std::scoped_lock lock{told_mutex_};
    if (told_.size() == 4) break;
  }
  const std::scoped_lock lock{told_mutex_};
  std::ranges::sort(told_);  // the record may have come before the opening or after it
  EXPECT_EQ(told_.at(0), (std::pair<std::uint64_t, std::uint64_t>{0, 0}));
  EXPECT_EQ(told_.at(1), (std::pair<std::uint64_t, std::uint64_t>{0, 1}));
  EXPECT_EQ(std::ranges::count_if(told_, [](const auto& one) { return one.first == one.second; }),
            2)
      << "where the counter stands, after each opening";
}

TEST_F(ServiceTest, AReaderThatIsHeldUpHoldsUpNobodysEnd) {
  service_options_.readers = 1;
  std::promise<void> begun;
  std::promise<void> gate;
  auto slow = asked([&, open = gate.get_future().share()](Connection&) {
    begun.set_value();
    open.wait();
    return 1;
  });
  begun.get_future().wait();
  EXPECT_EQ(kind_of_failure(asked_numbers(Seconds{0.02})), ErrorKind::busy);
  std::promise<ErrorKind> late;
  service().administer({.work = [](Store&) {},
                        .failed = [&](const Error& error) { late.set_value(error.kind()); },
                        .patience = Seconds{0.02}});
  EXPECT_EQ(late.get_future().get(), ErrorKind::busy);
  gate.set_value();
  EXPECT_EQ(slow.get(), 1);
  EXPECT_NO_THROW((void)asked_numbers().get());
}

TEST_F(ServiceTest, WhatIsNoErrorOfOursIsAFailureToo) {
  const auto odd = [](Connection&) -> int { throw std::runtime_error("odd"); };
  EXPECT_EQ(kind_of_failure(asked(odd)), ErrorKind::bug);
  EXPECT_EQ(asked_numbers().get().size(), 0U);
}

TEST_F(ServiceTest, AStoreThatCannotBeOpenedAgainIsReportedOnce) {
  std::promise<ErrorKind> broken;
  service_options_.broken = [&](const Error& error) { broken.set_value(error.kind()); };
  EXPECT_EQ(asked_numbers().get().size(), 0U);
  service().administer({.work =
                            [&](Store& store) {
                              store.close();
                              std::filesystem::remove_all(path_.string() + ".journal");
                              std::filesystem::create_directory(path_.string() + ".journal");
                              std::filesystem::remove(path_);
                              std::filesystem::create_directory(path_);
                              throw Error{ErrorKind::fatal, "gone"};
                            },
                        .failed = [](const Error&) {}});
  EXPECT_NE(broken.get_future().get(), ErrorKind::bug);
  EXPECT_EQ(kind_of_failure(asked_numbers()), ErrorKind::busy);
  EXPECT_FALSE(service().state().is_open);
  service().announce("");
}

TEST_F(ServiceTest, AnOpeningThatHangsIsReportedAndHoldsUpNobodysEnd) {
  service_options_.opening = Seconds{0.05};
  std::promise<ErrorKind> broken;
  service_options_.broken = [&](const Error& error) { broken.set_value(error.kind()); };
  std::promise<void> gate;
  std::atomic<int> openings{0};
  options_.applied = [&, open = gate.get_future().share()](const Applied&) {
    if (openings++ == 1) open.wait();
  };
  EXPECT_EQ(
      kind_of_failure(asked([](Connection&) -> int { throw Error{ErrorKind::fatal, "poisoned"}; })),
      ErrorKind::fatal);
  EXPECT_EQ(broken.get_future().get(), ErrorKind::fatal);
  EXPECT_EQ(kind_of_failure(asked_numbers()), ErrorKind::busy);
  EXPECT_FALSE(service().state().is_open);
  EXPECT_FALSE(service().stop(Seconds{0}));
  EXPECT_EQ(kind_of_failure(asked_numbers()), ErrorKind::cancelled);
  gate.set_value();
  service_.reset();
  EXPECT_EQ(openings, 2);
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

// A light question goes past a heavy one that waits for another to end.
TEST_F(ServiceTest, OfHeavyQuestionsAsManyAsAreAllowedAreAnsweredAtOnce) {
  service_options_.heavy_max = 1;
  std::promise<void> gate;
  std::promise<void> begun;
  std::promise<void> over;
  std::atomic<bool> is_second_begun{false};
  const auto failed = [](const Error& error) { ADD_FAILURE() << error.what(); };
  service().ask({.work =
                     [&](Connection&) {
                       begun.set_value();
                       gate.get_future().wait();
                     },
                 .failed = failed,
                 .patience = Seconds{60},
                 .weight = Service::Weight::heavy});
  begun.get_future().wait();
  service().ask({.work =
                     [&](Connection&) {
                       is_second_begun = true;
                       over.set_value();
                     },
                 .failed = failed,
                 .patience = Seconds{60},
                 .weight = Service::Weight::heavy});
  for (int i = 0; i < 3; ++i) asked_numbers().get();
  EXPECT_FALSE(is_second_begun);
  gate.set_value();
  over.get_future().wait();
  wait_until_idle();
}

}  // namespace
}  // namespace shelduck::store
