#include "shelduck/delegation/channel.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "shelduck/delegation/unix_address.hpp"

namespace shelduck::delegation {
namespace {

TEST(DelegationChannel, CarriesFramesBothWays) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  Channel here{ends[0]};
  Channel there{ends[1]};
  here.send({FrameType::run, "order"});
  EXPECT_EQ(there.receive()->payload, "order");
  std::thread answering{[&] { there.send({FrameType::out, std::string(1'000'000, 'x')}); }};
  EXPECT_EQ(here.receive()->payload.size(), 1'000'000U);
  answering.join();
  there.shut();
  EXPECT_FALSE(here.receive());
  EXPECT_THROW(here.send({FrameType::cancel}), Gone);
}

TEST(DelegationChannel, GivesUpAPeerThatTakesNothing) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  Channel here{ends[0], Seconds{0.01}};
  const Channel there{ends[1]};
  EXPECT_THROW(here.send({FrameType::out, std::string(4'000'000, 'x')}), Gone);
}

TEST(DelegationChannel, ReachesSocketsBeyondTheLengthOfAnAddress) {
  std::string folder = ::testing::TempDir() + "shelduck-socket-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::filesystem::path deep =
      std::filesystem::path{folder} / std::string(100, 'a') / std::string(100, 'b');
  std::filesystem::create_directories(deep);
  const std::string path = deep / "4711.socket";
  const int listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  {
    const UnixAddress address{path};
    ASSERT_EQ(::bind(listening, address.get(), address.size()), 0);
    ASSERT_EQ(::listen(listening, 1), 0);
  }
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_TRUE(connect_to(path));
  ::close(listening);
  EXPECT_FALSE(connect_to(path)) << "a server that is gone";
  std::filesystem::remove_all(folder);
  EXPECT_FALSE(connect_to(path)) << "and its folder with it";
}

}  // namespace
}  // namespace shelduck::delegation
