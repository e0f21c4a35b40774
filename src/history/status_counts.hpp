// StatusCounts says how executions went: how many there were, and how many per finished status.
// Pending and running ones count as executions only.
#pragma once

#include <cstdint>

#include "shelduck/core/document.hpp"
#include "shelduck/history/records/status.hpp"

namespace shelduck::history {

struct StatusCounts {
  std::int64_t executions = 0;
  std::int64_t success = 0;
  std::int64_t failed = 0;
  std::int64_t skipped = 0;
  std::int64_t timeout = 0;
  std::int64_t interrupted = 0;

  void add(Status status) noexcept;

  bool operator==(const StatusCounts&) const = default;
};

// Adds the six members to an object.
void describe(Document& object, const StatusCounts& counts);

}  // namespace shelduck::history
