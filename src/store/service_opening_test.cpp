#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/store/service.hpp"
#include "shelduck/store/service_for_test.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::model;
using testing::ToyWriter;

class ServiceOpeningTest : public ServiceTest {
 protected:
  ~ServiceOpeningTest() override { service_.reset(); }  // its threads tell what is below

  std::mutex told_mutex_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> told_;  // guarded by told_mutex_
};

TEST_F(ServiceOpeningTest, RecordingGoesOnWhenTheStoreIsAnAdministratorsOrOpenedAgain) {
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

TEST_F(ServiceOpeningTest, AFatalErrorOpensTheStoreAgainAndNothingIsLost) {
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
TEST_F(ServiceOpeningTest, EndsAndIsAnnouncedWhileItsStoreIsOpenedAgain) {
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

TEST_F(ServiceOpeningTest, WhoeverWatchesIsToldWhereTheCounterStandsAfterAnOpening) {
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

TEST_F(ServiceOpeningTest, AStoreThatCannotBeOpenedAgainIsReportedOnce) {
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

TEST_F(ServiceOpeningTest, AnOpeningThatHangsIsReportedAndHoldsUpNobodysEnd) {
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

}  // namespace
}  // namespace shelduck::store
