// TimedOut ends the work on one series that takes longer than its caller waits: the others go on.
// No model reads a clock; who passes in a check (stop_check.hpp) throws this.
#pragma once

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {

class TimedOut final : public Error {
 public:
  TimedOut() : Error(ErrorKind::cancelled, "timeout") {}
};

}  // namespace shelduck::forecast
