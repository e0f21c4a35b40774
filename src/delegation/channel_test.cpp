#include "shelduck/delegation/channel.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <thread>
#include <vector>

#include "shelduck/core/error.hpp"
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

// The two ends of a connection; `there` takes files.
struct Pair {
  static std::array<int, 2> connected() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    return ends;
  }

  std::array<int, 2> ends = connected();
  Channel here{ends[0]};
  Channel there{ends[1]};
};

OpenFile some_file(std::string_view content) {
  const int descriptor = ::memfd_create("file", MFD_CLOEXEC);
  EXPECT_EQ(::pwrite(descriptor, content.data(), content.size(), 0),
            static_cast<ssize_t>(content.size()));
  return OpenFile{descriptor};
}

std::string content_of(const OpenFile& file) {
  std::array<char, 100> buffer{};
  const ssize_t size = ::pread(file.get(), buffer.data(), buffer.size(), 0);
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

std::size_t open_descriptors() {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {}));
}

// `bytes` with as many descriptors as there are files.
void send_raw(const Channel& channel, std::string bytes, const std::vector<OpenFile>& files) {
  std::vector<int> descriptors;
  descriptors.reserve(files.size());
  for (const OpenFile& file : files) descriptors.push_back(file.get());
  const std::size_t size = descriptors.size() * sizeof(int);
  std::vector<char> beside(CMSG_SPACE(size));
  iovec text{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = beside.data();
  message.msg_controllen = beside.size();
  cmsghdr* control = CMSG_FIRSTHDR(&message);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  control->cmsg_len = CMSG_LEN(size);
  std::memcpy(CMSG_DATA(control), descriptors.data(), size);
  ASSERT_EQ(::sendmsg(channel.descriptor(), &message, 0), static_cast<ssize_t>(bytes.size()));
}

// What the end that took no files, or all of them, leaves open.
template <class Deed>
void expect_nothing_left_open(const Deed& deed) {
  const std::size_t before = open_descriptors();
  deed();
  EXPECT_EQ(open_descriptors(), before);
}

TEST(DelegationChannel, EachFileComesWithItsName) {
  expect_nothing_left_open([] {
    Pair pair;
    pair.there.accept_files();
    std::thread sending{[&] {
      for (int i = 0; i < 50; ++i) {
        const std::string text = std::to_string(i);
        pair.here.send({FrameType::out, std::string(static_cast<std::size_t>(i) * 997, 'x')});
        pair.here.send_file(std::string(static_cast<std::size_t>(i) + 1, 'n'), some_file(text));
      }
    }};
    for (int i = 0; i < 50; ++i) {
      EXPECT_EQ(pair.there.receive()->type, FrameType::out);
      EXPECT_EQ(pair.there.receive()->payload.size(), static_cast<std::size_t>(i) + 1);
      EXPECT_EQ(content_of(pair.there.take_file()), std::to_string(i));
    }
    sending.join();
  });
}

TEST(DelegationChannel, ADescriptorThatNobodyTakesIsBroken) {
  expect_nothing_left_open([] {
    Pair pair;
    pair.here.send_file("name", some_file("text"));
    EXPECT_THROW((void)pair.there.receive(), Error) << "of a peer that takes no files";
  });
  expect_nothing_left_open([] {
    Pair pair;
    pair.there.accept_files();
    std::vector<OpenFile> files;
    files.push_back(some_file("text"));
    send_raw(pair.here, encode({FrameType::err, "text"}), files);
    EXPECT_THROW((void)pair.there.receive(), Error) << "with another frame than FILE";
  });
}

TEST(DelegationChannel, AFileHasOneDescriptor) {
  expect_nothing_left_open([] {
    Pair pair;
    pair.there.accept_files();
    pair.here.send({FrameType::file, "name"});
    EXPECT_THROW((void)pair.there.receive(), Error) << "none";
  });
  for (const std::size_t count : {2U, 3U, 200U}) {
    expect_nothing_left_open([&] {
      Pair pair;
      pair.there.accept_files();
      std::vector<OpenFile> files;
      for (std::size_t i = 0; i < count; ++i) files.push_back(some_file("text"));
      send_raw(pair.here, encode({FrameType::file, "name"}), files);
      EXPECT_THROW((void)pair.there.receive(), Error) << count;
    });
  }
}

TEST(DelegationChannel, FilesThatNobodyTookAreClosedWithIt) {
  expect_nothing_left_open([] {
    Pair pair;
    pair.there.accept_files();
    for (int i = 0; i < 3; ++i) pair.here.send_file("name", some_file("text"));
    EXPECT_TRUE(pair.there.receive());
  });
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
