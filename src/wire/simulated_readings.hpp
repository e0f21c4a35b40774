// SimulatedReadings makes readings up, one at a time and in the order of their time: for a trial,
// a demonstration or a load test without sensors.
//
//   SimulatedReadings made{{.nodes = 10, .days = 365, .interval = 60, .seed = 1, .start = 0}};
//   while (const auto reading = made.next()) append_json(out, *reading);
//
// Each node, 1 to `nodes`, has a climate of its own: a wave over the day, the weather of some
// days, a slow drift of the sensor, noise; humidity falls as temperature rises. As real nodes do,
// they lose single readings, are silent for minutes to hours, say now and then what cannot be, and
// get stuck on one value for one to three hours, once in ten days or once in fewer.
// Equal plans make equal readings. Memory does not grow with their number.
// Threads: one. Failure: Error(invalid_input) for a plan that is empty or leaves the range of
// times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shelduck/sensors/records/reading.hpp"

namespace shelduck::wire {

struct SimulationPlan {
  std::int64_t nodes = 1;
  std::int64_t days = 1;
  std::int64_t interval = 60;  // seconds
  std::uint64_t seed = 1;
  std::int64_t start = 0;  // Unix seconds
};

class SimulatedReadings {
 public:
  explicit SimulatedReadings(const SimulationPlan& plan);

  // Nothing after the last one.
  [[nodiscard]] std::optional<sensors::Reading> next();

 private:
  // Uniform in [0, 1), the same for the same numbers.
  enum class Die : std::uint8_t;
  [[nodiscard]] double roll(Die die, std::int64_t number) const;
  // About normal, with the variance 1.
  [[nodiscard]] double noise(Die die, std::int64_t number) const;

  [[nodiscard]] bool is_lost() const;
  [[nodiscard]] std::int64_t measured_at() const;
  [[nodiscard]] double temperature(std::int64_t at) const;
  [[nodiscard]] sensors::Reading reading() const;

  SimulationPlan plan_;
  std::int64_t node_ = 0;
  std::int64_t offset_ = 0;  // seconds since the start
};

// A line of InfluxDB line protocol, in seconds, as the default mapping reads it.
void append_line(std::string& out, const sensors::Reading& reading);

}  // namespace shelduck::wire
