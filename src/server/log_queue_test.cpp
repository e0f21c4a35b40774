#include "shelduck/server/log_queue.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

namespace shelduck::server {
namespace {

class LogQueueTest : public testing::Test {
 protected:
  LogQueueTest() { EXPECT_EQ(::pipe2(pipe_.data(), O_CLOEXEC), 0); }
  ~LogQueueTest() override {
    for (const int end : pipe_) {
      if (end >= 0) ::close(end);
    }
  }

  LogQueueOptions options() {
    return {.lines_max = 3, .left_out = [](std::size_t count) {
              return "left out " + std::to_string(count) + "\n";
            }};
  }
  void fill() {
    const int flags = ::fcntl(pipe_[1], F_GETFL);
    ::fcntl(pipe_[1], F_SETFL, flags | O_NONBLOCK);
    const std::string noise(4096, '.');
    while (::write(pipe_[1], noise.data(), noise.size()) > 0) ++pages_;
    ::fcntl(pipe_[1], F_SETFL, flags);
  }
  void empty() {
    std::array<char, 4096> page{};
    for (; pages_ > 0; --pages_) EXPECT_EQ(::read(pipe_[0], page.data(), page.size()), 4096);
  }
  std::string rest() {
    ::close(std::exchange(pipe_[1], -1));
    std::string text;
    std::array<char, 4096> page{};
    for (ssize_t size = 1; size > 0;) {
      size = ::read(pipe_[0], page.data(), page.size());
      if (size > 0) text.append(page.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

  std::array<int, 2> pipe_{};
  int pages_ = 0;
};

TEST_F(LogQueueTest, WritesInOrder) {
  {
    LogQueue queue{pipe_[1], options()};
    queue.push("a\n");
    queue.push("b\n");
  }
  EXPECT_EQ(rest(), "a\nb\n");
}

TEST_F(LogQueueTest, LinesLongerThanAPipeTakesAtOnceComeWhole) {
  const std::string line(10'000, 'x');
  {
    LogQueue{pipe_[1], options()}.push(line);
  }
  EXPECT_EQ(rest(), line);
}

TEST_F(LogQueueTest, AFullPipeHoldsNobodyUpAndWhatIsLeftOutIsCounted) {
  fill();
  {
    LogQueue queue{pipe_[1], options()};
    for (int i = 0; i < 10; ++i) queue.push("line " + std::to_string(i) + "\n");
    empty();
  }
  EXPECT_EQ(rest(), "line 0\nline 1\nline 2\nleft out 7\n");
}

TEST_F(LogQueueTest, APipeThatStaysFullDoesNotHoldUpTheEnd) {
  fill();
  {
    LogQueue{pipe_[1], options()}.push("never seen\n");
  }
  empty();
  EXPECT_EQ(rest(), "");
}

// A service manager's: it says that there is room, and then takes a part of the line only.
TEST_F(LogQueueTest, ASocketThatNobodyReadsDoesNotHoldUpTheEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const int least = 1;
  ASSERT_EQ(::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &least, sizeof least), 0);
  {
    LogQueue queue{ends[0], options()};
    queue.push(std::string(100'000, 'x'));
  }
  for (const int end : ends) ::close(end);
}

// Others hold it too, and fill it between two looks.
TEST_F(LogQueueTest, LeavesTheDescriptorOfOthersAsItIs) {
  const int flags = ::fcntl(pipe_[1], F_GETFL);
  const LogDescriptor descriptor{pipe_[1]};
  EXPECT_EQ(::fcntl(pipe_[1], F_GETFL), flags);
  fill();
  EXPECT_EQ(descriptor.take("no room"), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(LogQueueTest, APipeWithoutAReaderHoldsNobodyUp) {
  std::signal(SIGPIPE, SIG_IGN);
  ::close(std::exchange(pipe_[0], -1));
  LogQueue queue{pipe_[1], options()};
  queue.push("a\n");
}

}  // namespace
}  // namespace shelduck::server
