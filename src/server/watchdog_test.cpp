#include "shelduck/server/watchdog.hpp"

#include <gtest/gtest.h>

#include "shelduck/server/listener_for_test.hpp"

namespace shelduck::server {
namespace {

class WatchdogTest : public testing::Test {
 protected:
  // What the manager hears when it is looked at after so many seconds.
  std::string heard(double later, const std::vector<std::uint64_t>& progress) {
    const auto now =
        Watchdog::Moment{} + std::chrono::hours{1} +
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(Seconds{later});
    watchdog_.look(progress, now);
    return manager_.heard();
  }

  Listener manager_;
  Notifier notifier_{manager_.name()};
  Watchdog watchdog_{notifier_, Seconds{8}};
};

TEST_F(WatchdogTest, IsFedAQuarterOfAPeriodApart) {
  EXPECT_EQ(heard(0, {1}), "WATCHDOG=1");
  EXPECT_EQ(heard(1.9, {2}), "");
  EXPECT_EQ(heard(2, {3}), "WATCHDOG=1");
}

TEST_F(WatchdogTest, IsNotFedWhereNothingMovesForHalfAPeriod) {
  EXPECT_EQ(heard(0, {1}), "WATCHDOG=1");
  EXPECT_EQ(heard(3.9, {1}), "WATCHDOG=1");
  EXPECT_EQ(heard(7, {1}), "");
  EXPECT_EQ(heard(100, {1}), "");
  EXPECT_EQ(heard(101, {2}), "WATCHDOG=1") << "it moves again";
}

TEST_F(WatchdogTest, IsNotFedWhereOneOfSeveralStandsStill) {
  EXPECT_EQ(heard(0, {1, 1}), "WATCHDOG=1");
  EXPECT_EQ(heard(3.9, {2, 1}), "WATCHDOG=1");
  EXPECT_EQ(heard(7, {3, 1}), "");
  EXPECT_EQ(heard(8, {4, 2}), "WATCHDOG=1");
}

TEST_F(WatchdogTest, WithoutAPeriodNothingIsSaid) {
  Watchdog none{notifier_, Seconds{0}};
  none.look({1}, Watchdog::Moment{} + std::chrono::hours{1});
  EXPECT_EQ(manager_.heard(), "");
}

}  // namespace
}  // namespace shelduck::server
