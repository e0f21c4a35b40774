#include "shelduck/history/runs_cursor.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "shelduck/core/error.hpp"

namespace shelduck::history {

std::string to_string(const RunsCursor& cursor) {
  return std::to_string(cursor.start_time.time_since_epoch().count()) + "." +
         shelduck::to_string(cursor.run_id);
}

RunsCursor parse_runs_cursor(std::string_view text) {
  const std::size_t dot = text.find('.');
  std::int64_t count = 0;
  const char* const end = text.data() + std::min(dot, text.size());
  const auto [stop, failure] = std::from_chars(text.data(), end, count);
  const auto id = dot < text.size() ? parse_uuid(text.substr(dot + 1)) : std::nullopt;
  if (failure != std::errc{} || stop != end || !id) {
    throw Error{ErrorKind::invalid_input,
                "the cursor '" + std::string(text) + "' is no cursor",
                {.field = "next",
                 .value = std::string(text),
                 .rule = "the `next` of an earlier answer, unchanged"}};
  }
  return {Instant{Microseconds{count}}, *id};
}

}  // namespace shelduck::history
