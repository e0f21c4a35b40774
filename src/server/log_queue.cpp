#include "shelduck/server/log_queue.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <utility>

namespace shelduck::server {
namespace {

constexpr std::chrono::seconds kLastPatience{1};
constexpr int kPollMilliseconds = 50;

}  // namespace

// The flag that keeps a write from waiting belongs to all who share an open file: a socket takes it
// with each message, a pipe or terminal is opened once more. Where that is not allowed (a pipe of
// another user) the given one is used, and a write may wait if others fill it in the same moment.
LogDescriptor::LogDescriptor(int given) : given_(given) {
  struct stat status{};
  if (::fstat(given, &status) != 0) return;
  is_socket_ = S_ISSOCK(status.st_mode);
  if (!S_ISFIFO(status.st_mode) && ::isatty(given) == 0) return;
  const std::string path = "/proc/self/fd/" + std::to_string(given);
  own_ = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

LogDescriptor::~LogDescriptor() {
  if (own_ >= 0) ::close(own_);
}

ssize_t LogDescriptor::take(std::string_view text) const {
  if (is_socket_) return ::send(given_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return ::write(get(), text.data(), text.size());
}

LogQueue::LogQueue(int descriptor, LogQueueOptions options)
    : descriptor_(descriptor),
      options_(std::move(options)),
      writer_([this] { write_until_stopped(); }) {}

LogQueue::~LogQueue() { finish(); }

void LogQueue::finish() {
  if (!writer_.joinable()) return;
  {
    std::unique_lock lock{mutex_};
    is_stopping_ = true;
    changes_.notify_all();
    changes_.wait_for(lock, kLastPatience, [&] { return lines_.empty(); });
    is_patience_over_ = true;
  }
  writer_.join();
}

void LogQueue::push(std::string_view line) {
  {
    const std::scoped_lock lock{mutex_};
    if (lines_.size() >= options_.lines_max) {
      ++left_out_;
      return;
    }
    if (left_out_ > 0) lines_.push_back(options_.left_out(std::exchange(left_out_, 0)));
    lines_.emplace_back(line);
  }
  changes_.notify_all();
}

// A line stays in the queue until it is written, so that the destructor waits for it.
void LogQueue::write_until_stopped() {
  std::unique_lock lock{mutex_};
  while (true) {
    changes_.wait(lock, [&] { return is_stopping_ || !lines_.empty(); });
    if (lines_.empty() && left_out_ > 0) {
      lines_.push_back(options_.left_out(std::exchange(left_out_, 0)));
    }
    if (lines_.empty()) break;
    const std::string line = lines_.front();
    lock.unlock();
    write(line);
    lock.lock();
    lines_.pop_front();
    if (is_patience_over_) return;
  }
  changes_.notify_all();
}

// Waits for room; false when nobody waits for the rest any more.
bool LogQueue::takes_more() {
  pollfd room{.fd = descriptor_.get(), .events = POLLOUT, .revents = 0};
  while (::poll(&room, 1, kPollMilliseconds) <= 0) {
    const std::scoped_lock lock{mutex_};
    if (is_patience_over_) return false;
  }
  return true;
}

// A pipe that is ready takes PIPE_BUF bytes at once.
void LogQueue::write(std::string_view line) {
  while (!line.empty() && takes_more()) {
    const ssize_t bytes = descriptor_.take(line.substr(0, PIPE_BUF));
    if (bytes < 0 && errno != EINTR && errno != EAGAIN) return;
    line.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(bytes, 0)));
  }
}

}  // namespace shelduck::server
