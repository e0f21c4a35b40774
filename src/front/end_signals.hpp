// EndSignals brings the signals that end a command to a descriptor, until the first of them was
// dealt with; a second one ends this process. Those that the starter had set to be ignored stay so.
//
//   const EndSignals signals;
//   poll(input and signals.descriptor())  // readable: a signal came
//   signals.let_go();
//
// Threads: the main thread, before there are others. Where the kernel has no descriptor left
// descriptor() is negative, and signals wait until let_go() or the end of this object.
#pragma once

#include <signal.h>

namespace shelduck::front {

class EndSignals {
 public:
  EndSignals();
  ~EndSignals();
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  // After the first signal: takes it.
  void let_go() const;

 private:
  sigset_t set_{};
  int descriptor_ = -1;
};

}  // namespace shelduck::front
