// Pruning gives old readings up for good, and sets the edge before which readings are refused.
//
//   const PrunePlan plan = plan_prune(store, {.older_than = Seconds{400 * 86400}}, now);
//   if (!is_dry_run) service.append(plan.records);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/store/record.hpp"

namespace shelduck::sensors {

struct PruneOptions {
  Seconds older_than{};  // positive
  // Moves the edge back to the first second of its month in UTC.
  bool by_whole_months = false;
};

struct PrunePlan {
  std::int64_t edge = 0;                 // Unix seconds; never earlier than the present one
  std::int64_t readings = 0;             // that go
  std::int64_t nodes = 0;                // that lose some
  std::int64_t nodes_emptied = 0;        // that lose all
  std::vector<store::Record> records{};  // none: nothing is old enough to go
};

// Throws Error(invalid_input) for an age that is not positive.
[[nodiscard]] PrunePlan plan_prune(ReadingStore& store, const PruneOptions& options, Instant now);

[[nodiscard]] std::string json(const PrunePlan& plan);

}  // namespace shelduck::sensors
