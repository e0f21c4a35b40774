// LogQueue writes lines to a descriptor without ever holding up who says them: a pipe or socket
// that nobody empties fills, and then lines are left out and counted in one line.
//
//   LogQueue queue{STDERR_FILENO, {.left_out = [](std::size_t count) { return ...; }}};
//   queue.push("one line\n");
//
// Threads: any; one of its own writes. Limits: `lines_max` wait.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace shelduck::server {

struct LogQueueOptions {
  std::size_t lines_max = 1000;
  // The line that says how many were left out before it.
  std::function<std::string(std::size_t)> left_out;
};

// A descriptor that is written to without waiting, also where the program that gave it, and others
// that hold it, wait at theirs.
class LogDescriptor {
 public:
  explicit LogDescriptor(int given);
  ~LogDescriptor();
  LogDescriptor(const LogDescriptor&) = delete;
  LogDescriptor& operator=(const LogDescriptor&) = delete;

  [[nodiscard]] int get() const { return own_ >= 0 ? own_ : given_; }
  // As write(2): how many bytes were taken, and -1 with EAGAIN where there is no room now.
  [[nodiscard]] ssize_t take(std::string_view text) const;

 private:
  int given_;
  bool is_socket_ = false;
  int own_ = -1;
};

class LogQueue {
 public:
  LogQueue(int descriptor, LogQueueOptions options);
  ~LogQueue();
  LogQueue(const LogQueue&) = delete;
  LogQueue& operator=(const LogQueue&) = delete;

  void push(std::string_view line);

  // Gives what waits a second, and takes no more. The destructor does it too.
  void finish();

 private:
  void write_until_stopped();
  [[nodiscard]] bool takes_more();
  void write(std::string_view line);

  const LogDescriptor descriptor_;
  const LogQueueOptions options_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changes_;
  std::deque<std::string> lines_;
  std::size_t left_out_ = 0;
  bool is_stopping_ = false;
  bool is_patience_over_ = false;
  std::thread writer_;
};

}  // namespace shelduck::server
