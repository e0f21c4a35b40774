// Pruning gives old readings up for good, and sets the edge before which readings are refused.
//
//   const PrunePlan plan = plan_prune(store, {.older_than = Seconds{400 * 86400}}, now);
//   if (!is_dry_run) carry_out(store, plan);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/store/record.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::sensors {

struct PruneOptions {
  Seconds older_than{};  // positive
  // Moves the edge back to the first second of its month in UTC; and it moves, month by month, also
  // where nothing is old enough to go.
  bool by_whole_months = false;
};

struct PrunePlan {
  std::int64_t edge = 0;                 // Unix seconds; never earlier than the present one
  std::int64_t readings = 0;             // that go
  std::int64_t nodes = 0;                // that lose some
  std::int64_t nodes_emptied = 0;        // that lose all
  bool leaves_any = false;               // some reading stays
  std::vector<store::Record> records{};  // none: nothing changes
};

// Throws Error(invalid_input) for an age that is not positive.
[[nodiscard]] PrunePlan plan_prune(ReadingStore& store, const PruneOptions& options, Instant now);

// Durably. The room of what went is used again from then on; where it is not, the string says why.
[[nodiscard]] std::string carry_out(store::Store& store, const PrunePlan& plan);

[[nodiscard]] std::string json(const PrunePlan& plan);

}  // namespace shelduck::sensors
