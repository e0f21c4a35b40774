// Starts the program that is measured.
//
// It is started from this small process, because the kernel counts the starter's memory into the
// child's peak (measured: 500 MB reported for /bin/true behind a starter of 500 MB).
#pragma once

#include <sys/types.h>

#include <span>
#include <string>

#include "shelduck/front/signals.hpp"

namespace shelduck::front {

// Which of our descriptors the child gets, beside the standard streams; -1 for none.
struct ChildDescriptors {
  int kept = -1;  // stays open under its own number
  int as_stderr = -1;
};

struct Launched {
  pid_t pid = -1;
  int error_number = 0;  // why it could not be started; 0 when it runs
};

// `words` is the program, found along PATH, and its arguments; the environment is ours.
[[nodiscard]] Launched launch(std::span<const std::string> words, const SignalPlan& plan,
                              const ChildDescriptors& descriptors);

}  // namespace shelduck::front
