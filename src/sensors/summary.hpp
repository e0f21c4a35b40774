// Summary is what is said of many values of one series: least, greatest, mean and percentiles.
//
// Values are hundredths. The mean is (sum / n) / 100.0. A percentile q stands at the place
// (n - 1) * q of the values in order, and between two of them lies on the line: (a + (b - a) *
// fraction) / 100.0.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shelduck::sensors {

struct Summary {
  std::int64_t n = 0;  // zero: all below says nothing
  double min = 0;
  double max = 0;
  double avg = 0;
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
};

// May sort its working space, never the values.
[[nodiscard]] Summary summary_of(std::span<const std::int16_t> hundredths);
[[nodiscard]] Summary summary_of(std::span<const std::uint16_t> hundredths);

// Of values in ascending order, at least one.
[[nodiscard]] double percentile_of(std::span<const std::int32_t> ascending, double q);

}  // namespace shelduck::sensors
