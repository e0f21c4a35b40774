#include "shelduck/front/signals.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "shelduck/core/error.hpp"

namespace shelduck::front {
namespace {

sigset_t set_of(std::initializer_list<int> numbers) {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : numbers) sigaddset(&set, number);
  return set;
}

}  // namespace

SignalPlan::SignalPlan() {
  const sigset_t ours = set_of({SIGCHLD, SIGTERM, SIGHUP, SIGCONT});
  sigprocmask(SIG_BLOCK, &ours, &original_mask_);
  descriptor_ = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor_ < 0) throw system_error("signalfd", "this process", errno);
  // An inherited "ignore" of SIGCHLD would make the kernel throw the child's status away.
  change(SIGCHLD, SIG_DFL);
  change(SIGPIPE, SIG_IGN);
  change(SIGXFSZ, SIG_IGN);
}

SignalPlan::~SignalPlan() { close(descriptor_); }

void SignalPlan::shield() {
  for (const int number : {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU}) change(number, SIG_IGN);
}

void SignalPlan::change(int number, __sighandler_t handler) {
  struct sigaction wanted{};
  wanted.sa_handler = handler;
  sigemptyset(&wanted.sa_mask);
  auto& [changed, original] = changed_[changed_count_++];
  changed = number;
  sigaction(number, &wanted, &original);
}

void SignalPlan::restore_in_child() const noexcept {
  for (std::size_t i = 0; i < changed_count_; ++i) {
    sigaction(changed_[i].first, &changed_[i].second, nullptr);
  }
  sigprocmask(SIG_SETMASK, &original_mask_, nullptr);
}

std::optional<ArrivedSignal> SignalPlan::next() const {
  signalfd_siginfo info{};
  if (read(descriptor_, &info, sizeof info) != sizeof info) return std::nullopt;
  return ArrivedSignal{static_cast<int>(info.ssi_signo), info.ssi_code};
}

bool SignalPlan::was_ignored(int number) const noexcept {
  struct sigaction now{};
  return sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

void SignalPlan::stop_like_child() {
  struct sigaction original{};
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGTSTP, &standard, &original);
  raise(SIGTSTP);
  sigaction(SIGTSTP, &original, nullptr);
}

void SignalPlan::die_by(int number) {
  // The child has left its core where the limits allow one; a second core of ours would hide it.
  constexpr rlimit kNoCore{0, 0};
  setrlimit(RLIMIT_CORE, &kNoCore);
  prctl(PR_SET_DUMPABLE, 0);
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  sigaction(number, &standard, nullptr);
  const sigset_t only = set_of({number});
  sigprocmask(SIG_UNBLOCK, &only, nullptr);
  raise(number);
}

}  // namespace shelduck::front
