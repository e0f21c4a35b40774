// The coming values of either series of one node, with intervals. Nothing of it is stored.
//
// Readings are put on equal steps, the median of their distances, counted back from the newest one;
// what is missing lies on the line between its neighbours. The newest kStepsMax steps are learnt
// from, with the day as their season where two days or more are known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/forecast/regular_model.hpp"
#include "shelduck/sensors/reading_store.hpp"

namespace shelduck::sensors {

struct ForecastOptions {
  std::uint64_t node_address = 0;
  TimeRange range{};          // of the readings to learn from
  std::int64_t horizon = 24;  // steps, 1 to kHorizonMax
  double level = 0.9;         // of the intervals, in (0, 1)
  forecast::RegularModel model = forecast::RegularModel::theta;
  forecast::StopCheck check{};

  static constexpr std::int64_t kHorizonMax = 1000;
};

struct ForecastPoint {
  std::int64_t timestamp = 0;
  double point = 0;
  std::optional<double> lower{};  // none: too few values for an interval
  std::optional<double> upper{};
};

struct SeriesForecast {
  std::string method{};                 // empty: too few values
  std::int64_t n = 0;                   // values behind it
  std::optional<std::int64_t> need{};   // values that would do for what is missing here
  std::vector<ForecastPoint> points{};  // ascending
};

struct NodeForecast {
  static constexpr std::int64_t kStepsMax = 3000;

  std::uint64_t node_address = 0;
  std::optional<std::int64_t> step_seconds{};  // not known of fewer than two readings
  double level = 0;
  SeriesForecast temperature;
  SeriesForecast humidity;
};

// Throws Error(not_found): "No data found for node 7", and invalid_input that names the option.
[[nodiscard]] NodeForecast ask(ReadingStore& store, const ForecastOptions& options);

[[nodiscard]] std::string json(const NodeForecast& forecast);

}  // namespace shelduck::sensors
