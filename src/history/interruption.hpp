// Interruption: who will never say an end. The answers are records, to be journaled by the owner.
#pragma once

#include <vector>

#include "shelduck/history/domain.hpp"

namespace shelduck::history {

// Executions that started in `segment`, whose writer is gone, without an end. Those recorded over
// HTTP are left to interrupted_runs(): their writer is the server, which may restart.
[[nodiscard]] std::vector<store::Record> interrupted_executions(store::Connection& connection,
                                                                const Uuid& segment, Instant now);

// Runs without an end whose boot is over, or of which no record came for 24 hours, and in which no
// execution lives; and executions recorded over HTTP of which none came for 24 hours or whose run
// has ended.
[[nodiscard]] std::vector<store::Record> interrupted_runs(store::Connection& connection,
                                                          const Presence& presence);

}  // namespace shelduck::history
