#include "shelduck/history/status_counts.hpp"

namespace shelduck::history {

void StatusCounts::add(Status status) noexcept {
  ++executions;
  switch (status) {
    case Status::success:
      ++success;
      break;
    case Status::failed:
      ++failed;
      break;
    case Status::skipped:
      ++skipped;
      break;
    case Status::timeout:
      ++timeout;
      break;
    case Status::interrupted:
      ++interrupted;
      break;
    case Status::pending:
    case Status::running:
      break;
  }
}

void describe(Document& object, const StatusCounts& counts) {
  object.set("executions", counts.executions).set("success", counts.success);
  object.set("failed", counts.failed).set("skipped", counts.skipped);
  object.set("timeout", counts.timeout).set("interrupted", counts.interrupted);
}

}  // namespace shelduck::history
