// How good the readings of one node are: what is missing, what stands out, and what never moves.
//
//  - Between two readings lies a gap where they are more than 1.5 intervals apart. The interval is
//    the median of all distances, the lower of two, unless it is given.
//  - An outlier is a value whose robust z, (value - median) / (1.4826 * MAD) of the 61 readings
//    around it, is more than 5. A spread below a tenth of a unit counts as a tenth: sensors count
//    in hundredths, and a quiet room would make an outlier of each.
//  - A series is stuck where 60 readings or more in a row, over an hour at least, say the very
//  same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/sensors/reading_store.hpp"

namespace shelduck::sensors {

struct QualityOptions {
  std::uint64_t node_address = 0;
  TimeRange range{};
  std::optional<std::int64_t> expected_interval{};  // seconds, 1 or more
};

struct Gap {
  std::int64_t from = 0;  // timestamps of the readings at its ends
  std::int64_t to = 0;
  std::int64_t missing = 0;  // readings that would have fitted in
};

struct Outlier {
  std::int64_t timestamp = 0;
  std::string_view series;  // "temperature" or "humidity"
  double z = 0;
  double value = 0;
  double median = 0;  // of the readings around it
};

struct Stuck {
  std::string_view series;
  std::int64_t from = 0;  // timestamps of its first and its last reading
  std::int64_t to = 0;
};

// Lists hold the first kListedMax, counts count all.
struct Quality {
  static constexpr std::size_t kListedMax = 10'000;

  std::uint64_t node_address = 0;
  std::int64_t readings = 0;
  std::optional<std::int64_t> expected_interval_seconds{};  // not known of fewer than two readings
  std::int64_t missing = 0;
  std::int64_t gap_count = 0;
  std::int64_t outlier_count = 0;
  std::int64_t stuck_count = 0;
  std::vector<Gap> gaps{};          // ascending, as the other lists
  std::vector<Outlier> outliers{};  // of one second: temperature first
  std::vector<Stuck> stuck{};
};

// Throws Error(not_found): "No data found for node 7", and invalid_input for an interval below 1.
[[nodiscard]] Quality ask(ReadingStore& store, const QualityOptions& options);

[[nodiscard]] std::string json(const Quality& quality);

// Of ascending timestamps: the median of their distances, the lower of two. Nothing of fewer than
// two.
[[nodiscard]] std::optional<std::int64_t> median_interval(
    const std::vector<std::int64_t>& timestamps);

}  // namespace shelduck::sensors
