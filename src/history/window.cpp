#include "shelduck/history/window.hpp"

#include <algorithm>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

constexpr Instant kYearOne = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
constexpr std::string_view kFirstStart = R"sql(
SELECT min(start_time) FROM (
  SELECT start_time FROM runs WHERE start_time >= $1
  UNION ALL SELECT start_time FROM plugin_executions WHERE start_time >= $1
)
)sql";

}  // namespace

Instant window_start(int days, Instant now) {
  if (days < 1) {
    throw Error{ErrorKind::invalid_input,
                "a question cannot look at the last " + std::to_string(days) + " days",
                {.field = "days", .value = std::to_string(days), .rule = "1 or more"}};
  }
  const auto known = std::chrono::duration_cast<std::chrono::days>(now - kYearOne);
  return std::chrono::days{days} > known ? kYearOne : now - std::chrono::days{days};
}

Instant window_end(store::Connection& connection, int days, Instant now) {
  const Instant since = window_start(days, now);
  const auto first = connection.value<std::optional<Instant>>(kFirstStart, {since});
  return first && since > kYearOne ? *first + std::chrono::days{days} : Instant::max();
}

}  // namespace shelduck::history
