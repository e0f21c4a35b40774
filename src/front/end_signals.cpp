#include "shelduck/front/end_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <initializer_list>

namespace shelduck::front {

EndSignals::EndSignals() {
  sigemptyset(&set_);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now{};
    if (sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) {
      sigaddset(&set_, number);
    }
  }
  sigprocmask(SIG_BLOCK, &set_, nullptr);
  descriptor_ = signalfd(-1, &set_, SFD_CLOEXEC);
}

EndSignals::~EndSignals() {
  if (descriptor_ >= 0) close(descriptor_);
  sigprocmask(SIG_UNBLOCK, &set_, nullptr);
}

void EndSignals::let_go() const {
  signalfd_siginfo first{};
  [[maybe_unused]] const ssize_t size = read(descriptor_, &first, sizeof first);
  sigprocmask(SIG_UNBLOCK, &set_, nullptr);
}

}  // namespace shelduck::front
