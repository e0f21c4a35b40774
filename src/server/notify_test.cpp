#include "shelduck/server/notify.hpp"

#include <gtest/gtest.h>

#include "shelduck/server/listener_for_test.hpp"

namespace shelduck::server {
namespace {

TEST(NotifierTest, SendsOneDatagram) {
  const Listener manager;
  ASSERT_TRUE(manager.is_bound());
  Notifier{manager.name()}.say("READY=1");
  EXPECT_EQ(manager.heard(), "READY=1");
}

TEST(NotifierTest, WithoutAManagerNothingHappens) {
  Notifier{""}.say("READY=1");
  Notifier{"/nowhere/at/all"}.say("READY=1");
  Notifier{std::string(500, 'x')}.say("READY=1");
}

}  // namespace
}  // namespace shelduck::server
