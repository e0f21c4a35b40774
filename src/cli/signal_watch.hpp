// SignalWatch turns SIGINT, SIGTERM and SIGHUP into a cancelled token; the second signal ends the
// process at once with exit code 130; in a server that happens a second after the first at the
// earliest, because a service manager or `timeout` tells a process and its group. A signal that the
// starter had set to be ignored (nohup, a background job of a script) stays ignored.
//
//   CancelToken token;
//   SignalWatch watch{token};   // before any other thread is made: they inherit the mask
//
// Threads: owns one that waits. While a cancellation stands it is repeated, because an interrupt
// between two queries meets nobody. Failure: the constructor throws Error(io).
#pragma once

#include <chrono>
#include <optional>
#include <thread>

#include "shelduck/cli/cancel.hpp"

namespace shelduck::cli {

// What SIGHUP does: a server reads its tokens again, and takes the signal itself (sigtimedwait).
enum class Hangup { cancels, waits };

class SignalWatch {
 public:
  explicit SignalWatch(CancelToken& token, Hangup hangup = Hangup::cancels);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  void wait_for_signals();

  [[nodiscard]] bool is_first_wish();

  CancelToken& token_;
  Hangup hangup_;
  std::optional<std::chrono::steady_clock::time_point> first_;  // of the signals
  int signals_ = -1;
  int stop_ = -1;
  std::thread thread_;
};

}  // namespace shelduck::cli
