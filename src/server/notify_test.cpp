#include "shelduck/server/notify.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>

namespace shelduck::server {
namespace {

TEST(NotifierTest, SendsOneDatagram) {
  const std::string name = "@shelduck-test-" + std::to_string(::getpid());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data() + 1, name.size() - 1);
  const int manager = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(manager, reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())),
            0);
  Notifier{name}.say("READY=1");
  std::array<char, 64> heard{};
  const ssize_t size = ::recv(manager, heard.data(), heard.size(), MSG_DONTWAIT);
  EXPECT_EQ(std::string(heard.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))),
            "READY=1");
  ::close(manager);
}

TEST(NotifierTest, WithoutAManagerNothingHappens) {
  Notifier{""}.say("READY=1");
  Notifier{"/nowhere/at/all"}.say("READY=1");
  Notifier{std::string(500, 'x')}.say("READY=1");
}

}  // namespace
}  // namespace shelduck::server
