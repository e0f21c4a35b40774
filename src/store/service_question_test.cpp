#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
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

class ServiceQuestionTest : public ServiceTest {};

TEST_F(ServiceQuestionTest, AQuestionMayStoreWhatItFound) {
  auto stored = asked([&](Connection&) {
    service().append(testing::records({"put 5 50"}));
    return 1;
  });
  EXPECT_EQ(stored.get(), 1);
  EXPECT_EQ(asked_numbers().get(), model({"put 5 50"}));
  EXPECT_GT(service().state().version.count, 0U);
}

TEST_F(ServiceQuestionTest, AKnownAnswerIsJudgedByRowsThatAreAsNewAsItsQuestion) {
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

TEST_F(ServiceQuestionTest, QuestionsThatAreKnownTakeNoPlaceInTheLine) {
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

TEST_F(ServiceQuestionTest, AQuestionThatWaitsTooLongFailsAndIsNeverStale) {
  std::promise<void> gate;
  block_applier(gate.get_future().share());
  EXPECT_EQ(kind_of_failure(asked_numbers(Seconds{0.02})), ErrorKind::busy);
  wait_until_idle();
  gate.set_value();
  EXPECT_EQ(asked_numbers().get().size(), 0U);
}

TEST_F(ServiceQuestionTest, MoreQuestionsThanTheLimitFailAtOnce) {
  service_options_.questions_max = 3;
  std::promise<void> gate;
  block_applier(gate.get_future().share());
  std::vector<std::future<Numbers>> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(asked_numbers());
  EXPECT_EQ(kind_of_failure(asked_numbers()), ErrorKind::busy);
  gate.set_value();
  for (auto& answer : waiting) EXPECT_NO_THROW((void)answer.get());
}

TEST_F(ServiceQuestionTest, AnErrorIsTheQuestionsOwn) {
  const auto failing = [](Connection& rows) { return rows.value<std::int64_t>("SELECT nothing"); };
  EXPECT_NE(kind_of_failure(asked(failing)), ErrorKind::fatal);
  EXPECT_EQ(asked_numbers().get().size(), 0U);
}

TEST_F(ServiceQuestionTest, AnAdministratorHasTheStoreAlone) {
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

TEST_F(ServiceQuestionTest, AnAdministratorThatWaitsForAStalledAnswerHoldsUpNobodyElse) {
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

TEST_F(ServiceQuestionTest, AReaderThatIsHeldUpHoldsUpNobodysEnd) {
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

TEST_F(ServiceQuestionTest, WhatIsNoErrorOfOursIsAFailureToo) {
  const auto odd = [](Connection&) -> int { throw std::runtime_error("odd"); };
  EXPECT_EQ(kind_of_failure(asked(odd)), ErrorKind::bug);
  EXPECT_EQ(asked_numbers().get().size(), 0U);
}

// A light question goes past a heavy one that waits for another to end.
TEST_F(ServiceQuestionTest, OfHeavyQuestionsAsManyAsAreAllowedAreAnsweredAtOnce) {
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
