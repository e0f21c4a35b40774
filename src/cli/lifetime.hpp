// How long an answer stays what it is while no record is applied: questions that look at the last
// days lose a row when it grows too old, others depend on the moment itself.
#pragma once

#include "shelduck/cli/request.hpp"
#include "shelduck/commands/table.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::cli {

// False where another moment may give another answer at once.
[[nodiscard]] bool is_lasting(const commands::Command& command) noexcept;

// The last instant at which the same rows give the same answer to this lasting question, asked at
// `request.clock`.
[[nodiscard]] Instant same_until(const Request& request, store::Connection& connection);

}  // namespace shelduck::cli
