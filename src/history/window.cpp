#include "shelduck/history/window.hpp"

#include <algorithm>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::history {

Instant window_start(int days, Instant now) {
  if (days < 1) {
    throw Error{ErrorKind::invalid_input,
                "a question cannot look at the last " + std::to_string(days) + " days",
                {.field = "days", .value = std::to_string(days), .rule = "1 or more"}};
  }
  const Instant first = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
  const auto known = std::chrono::duration_cast<std::chrono::days>(now - first);
  return std::chrono::days{days} > known ? first : now - std::chrono::days{days};
}

}  // namespace shelduck::history
