// The list of readings: newest first, of one second by ascending address, a page at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shelduck/sensors/reading_store.hpp"

namespace shelduck::sensors {

inline constexpr std::int64_t kLimitMax = 10'000;

// Throw Error(invalid_input) in the words of the old routes.
void require_limit(std::int64_t limit);
void require_offset(std::int64_t offset);

struct ReadingsOptions {
  ReadingFilter filter{};
  std::int64_t limit = 1000;  // 1 to kLimitMax
  std::int64_t offset = 0;
};

struct ReadingsPage {
  std::vector<Reading> readings;
  std::int64_t total = 0;  // that the filter lets through, in the same snapshot
  std::int64_t limit = 0;
  std::int64_t offset = 0;
};

[[nodiscard]] ReadingsPage ask(ReadingStore& store, const ReadingsOptions& options);

[[nodiscard]] std::string json(const ReadingsPage& page);

}  // namespace shelduck::sensors
