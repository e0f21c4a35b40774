// Signal handling of a wrapper that must not be felt.
//
//   SignalPlan plan;                 // before any thread is made
//   plan.shield();                   // just before the child is started
//   ... in the child: plan.restore_in_child(); ... execvp
//   while (const auto signal = plan.next()) ...   // what arrived for us
//
// The constructor blocks SIGCHLD, SIGTERM, SIGHUP and SIGCONT, which then arrive through the
// descriptor, and ignores SIGPIPE and SIGXFSZ, so that a closed stderr or a file size limit ends a
// write and not the wrapper. shield() ignores what the terminal sends to the whole group (SIGINT,
// SIGQUIT, stops): the child decides what becomes of it.
//
// Threads: the main thread. Failure: Error(io) where the kernel has no descriptor left.
#pragma once

#include <signal.h>
#include <sys/signalfd.h>

#include <array>
#include <optional>
#include <utility>

namespace shelduck::front {

struct ArrivedSignal {
  int number = 0;
  int code = 0;  // SI_KERNEL: the terminal sent it to the whole group
};

class SignalPlan {
 public:
  SignalPlan();
  ~SignalPlan();
  SignalPlan(const SignalPlan&) = delete;
  SignalPlan& operator=(const SignalPlan&) = delete;

  void shield();

  // Everything as it was when this process started. Async-signal-safe.
  void restore_in_child() const noexcept;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] std::optional<ArrivedSignal> next() const;

  // Stops this process like Ctrl-Z does; returns when it is continued, or at once where nobody
  // could continue it (an orphaned process group).
  static void stop_like_child();

  // Ends this process by `number`; returns where the signal does not end it.
  static void die_by(int number);

  // Not ours: the child was started by somebody who wants this signal ignored (nohup).
  [[nodiscard]] bool was_ignored(int number) const noexcept;

 private:
  void change(int number, __sighandler_t handler);

  sigset_t original_mask_{};
  std::array<std::pair<int, struct sigaction>, 12> changed_{};
  std::size_t changed_count_ = 0;
  int descriptor_ = -1;
};

}  // namespace shelduck::front
