// UnreadableBody: a body that cannot be taken at all (no JSON, not UTF-8, too deep, empty), in
// contrast to a row of it that breaks a rule, which is an answer and no exception.
#pragma once

#include "shelduck/core/error.hpp"

namespace shelduck::wire {

class UnreadableBody : public Error {
 public:
  using Error::Error;
};

}  // namespace shelduck::wire
