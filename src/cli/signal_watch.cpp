#include "shelduck/cli/signal_watch.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "shelduck/core/error.hpp"

namespace shelduck::cli {
namespace {

constexpr int kRepeatMilliseconds = 20;
constexpr int kInterrupted = 130;
constexpr std::chrono::seconds kSameWish{1};

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now{};
    if (sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) {
      sigaddset(&set, number);
    }
  }
  return set;
}

}  // namespace

SignalWatch::SignalWatch(CancelToken& token, Hangup hangup) : token_(token), hangup_(hangup) {
  sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  if (hangup == Hangup::waits) {
    // Also where the starter had set it to be ignored: a blocked one waits to be taken.
    sigset_t taken;
    sigemptyset(&taken);
    sigaddset(&taken, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &taken, nullptr);
    signal(SIGHUP, SIG_DFL);
    sigdelset(&set, SIGHUP);
  }
  signals_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  stop_ = eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || stop_ < 0) throw system_error("signalfd", "signals", errno);
  thread_ = std::thread{[this] { wait_for_signals(); }};
}

SignalWatch::~SignalWatch() {
  eventfd_write(stop_, 1);
  thread_.join();
  close(stop_);
  close(signals_);
}

bool SignalWatch::is_first_wish() {
  const auto now = std::chrono::steady_clock::now();
  if (hangup_ == Hangup::cancels) return !token_.is_cancelled();
  if (!first_) first_ = now;
  return now < *first_ + kSameWish;
}

void SignalWatch::wait_for_signals() {
  std::array<pollfd, 2> waited{{{signals_, POLLIN, 0}, {stop_, POLLIN, 0}}};
  while (true) {
    const int timeout = token_.is_cancelled() ? kRepeatMilliseconds : -1;
    if (poll(waited.data(), waited.size(), timeout) < 0 && errno != EINTR) return;
    if ((waited[1].revents & POLLIN) != 0) return;
    signalfd_siginfo arrived{};
    if (read(signals_, &arrived, sizeof arrived) == ssize_t{sizeof arrived}) {
      if (!is_first_wish()) _exit(kInterrupted);
      token_.cancel();
    } else if (token_.is_cancelled()) {
      token_.cancel();
    }
  }
}

}  // namespace shelduck::cli
