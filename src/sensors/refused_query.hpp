// The rows that were sent and are no stored readings: broken ones and conflicts. A page at a time,
// by id; those that somebody has looked at can be dropped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/store/record.hpp"

namespace shelduck::sensors {

struct RefusedOptions {
  std::optional<std::string> reason{};  // the very words
  std::optional<Uuid> cursor{};         // of the page before
  std::int64_t limit = 100;             // 1 to kLimitMax
};

struct RefusedPage {
  std::vector<StoredRefusal> rows;
  std::optional<Uuid> cursor{};  // for the next page; none at the end
  ReadingStore::RefusedCount count;
};

[[nodiscard]] RefusedPage ask(ReadingStore& store, const RefusedOptions& options);

[[nodiscard]] std::string json(const RefusedPage& page);

// Drops all that came before an instant, for good.
[[nodiscard]] store::Record drop_refused_before(Instant instant);

}  // namespace shelduck::sensors
