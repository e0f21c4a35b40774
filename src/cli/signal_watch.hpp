// SignalWatch turns SIGINT, SIGTERM and SIGHUP into a cancelled token; the second signal ends the
// process at once with exit code 130. A signal that the starter had set to be ignored (nohup, a
// background job of a script) stays ignored.
//
//   CancelToken token;
//   SignalWatch watch{token};   // before any other thread is made: they inherit the mask
//
// Threads: owns one that waits. While a cancellation stands it is repeated, because an interrupt
// between two queries meets nobody. Failure: the constructor throws Error(io).
#pragma once

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

  CancelToken& token_;
  int signals_ = -1;
  int stop_ = -1;
  std::thread thread_;
};

}  // namespace shelduck::cli
