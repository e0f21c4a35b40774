#include "shelduck/wire/simulated_readings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/records/json_text.hpp"
#include "shelduck/wire/json_readings.hpp"
#include "shelduck/wire/line_readings.hpp"

namespace shelduck::wire {
namespace {

constexpr SimulationPlan kTwoNodes{
    .nodes = 2, .days = 20, .interval = 60, .seed = 7, .start = 1'767'225'600};

std::vector<sensors::Reading> all_made(const SimulationPlan& plan) {
  std::vector<sensors::Reading> readings;
  SimulatedReadings made{plan};
  while (const auto reading = made.next()) readings.push_back(*reading);
  return readings;
}

TEST(SimulatedReadings, EqualPlansMakeEqualReadings) {
  EXPECT_EQ(all_made(kTwoNodes), all_made(kTwoNodes));
  SimulationPlan other = kTwoNodes;
  other.seed = 8;
  EXPECT_NE(all_made(kTwoNodes), all_made(other));
}

TEST(SimulatedReadings, ComeInOrderAndAlmostAll) {
  const auto readings = all_made(kTwoNodes);
  const auto key = [](const sensors::Reading& r) { return std::pair{r.timestamp, r.node_address}; };
  EXPECT_TRUE(std::ranges::is_sorted(readings, {}, key));
  EXPECT_EQ(std::ranges::adjacent_find(readings, {}, key), readings.end());
  EXPECT_GT(readings.size(), 2U * 20 * 1440 * 9 / 10);
  EXPECT_LT(readings.size(), 2U * 20 * 1440);
  EXPECT_GE(readings.front().timestamp, kTwoNodes.start);
  EXPECT_LT(readings.back().timestamp, kTwoNodes.start + 20 * 86'400);
}

TEST(SimulatedReadings, AreOfAClimateWithSpikesGapsAndStuckStretches) {
  std::int64_t spikes = 0;
  std::int64_t gaps = 0;
  std::int64_t stuck = 0;
  sensors::Reading before;
  for (const sensors::Reading& r : all_made(kTwoNodes)) {
    EXPECT_GT(r.temperature_centidegrees, -2500);
    EXPECT_LT(r.temperature_centidegrees, 6500);
    EXPECT_LE(r.humidity_centipercent, 10'000);
    if (r.node_address != 1) continue;
    spikes += std::abs(r.temperature_centidegrees - before.temperature_centidegrees) > 2000;
    gaps += before.timestamp != 0 && r.timestamp - before.timestamp >= 600;
    stuck += r.values() == before.values();
    before = r;
  }
  EXPECT_GE(spikes, 2);
  EXPECT_GE(gaps, 1);
  EXPECT_GE(stuck, 100);
}

TEST(SimulatedReadings, AreReadBackFromBothForms) {
  SimulationPlan plan = kTwoNodes;
  plan.days = 1;
  const auto readings = all_made(plan);
  std::string json;
  std::string lines;
  for (const sensors::Reading& reading : readings) {
    sensors::append_json(json, reading);
    append_line(lines, reading);
    json += '\n';
    lines += '\n';
  }
  const auto mappings = line_preset("default").value();
  JsonReadings from_json{json, JsonForm::lines, 5};
  LineReadings from_lines{lines, {Precision::seconds, 5, mappings}};
  for (const sensors::Reading& reading : readings) {
    const auto json_row = from_json.next();
    ASSERT_TRUE(json_row && !json_row->refusal);
    EXPECT_EQ(json_row->reading, reading);
    const auto line_row = from_lines.next();
    ASSERT_TRUE(line_row && !line_row->refusal);
    EXPECT_EQ(line_row->reading.key(), reading.key());
    EXPECT_EQ(line_row->reading.values(), reading.values());
  }
}

TEST(SimulatedReadings, EndWithinTheRangeOfTimes) {
  EXPECT_THROW((SimulatedReadings{{.days = sensors::kTimestampMax}}), Error);
  EXPECT_THROW((SimulatedReadings{{.nodes = 0}}), Error);
  EXPECT_THROW((SimulatedReadings{{.start = -1}}), Error);
  SimulatedReadings one{{.interval = std::numeric_limits<std::int64_t>::max(), .seed = 3}};
  (void)one.next();
  EXPECT_FALSE(one.next());
}

}  // namespace
}  // namespace shelduck::wire
