#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "shelduck/wire/json_readings.hpp"

namespace shelduck::wire {
namespace {

using Outcome = std::pair<sensors::Reading, std::optional<sensors::Refusal>>;

std::vector<Outcome> outcomes_of(std::string_view body, JsonForm form) {
  JsonReadings readings{body, form, 5};
  std::vector<Outcome> outcomes;
  while (auto row = readings.next()) {
    RC_ASSERT(row->index == outcomes.size());
    outcomes.emplace_back(row->reading, row->refusal);
  }
  return outcomes;
}

sensors::Reading any_reading() {
  return {.node_address = *rc::gen::arbitrary<std::uint64_t>(),
          .timestamp = *rc::gen::inRange<std::int64_t>(0, sensors::kTimestampMax),
          .temperature_centidegrees = *rc::gen::arbitrary<std::int16_t>(),
          .humidity_centipercent = *rc::gen::arbitrary<std::uint16_t>(),
          .flags = *rc::gen::arbitrary<std::uint8_t>(),
          .received_at = *rc::gen::inRange<std::int64_t>(0, sensors::kTimestampMax)};
}

// As a client might write it: raw or in degrees, in one order or the other.
std::string written(const sensors::Reading& reading) {
  const bool is_raw = *rc::gen::arbitrary<bool>();
  const std::string end = is_raw ? "" : "e-2";
  const std::string space = *rc::gen::element<std::string>("", " ", "\t ");
  const std::string quote = *rc::gen::element<std::string>("", "\"");
  std::vector<std::string> members{
      "\"node_address\":" + quote + std::to_string(reading.node_address) + quote,
      "\"timestamp\":" + space + std::to_string(reading.timestamp),
      (is_raw ? "\"temperature_raw\":" : "\"temperature_celsius\":") +
          std::to_string(reading.temperature_centidegrees) + end,
      (is_raw ? "\"humidity_raw\":" : "\"humidity_percent\":") + space +
          std::to_string(reading.humidity_centipercent) + end,
      "\"flags\" :" + std::to_string(reading.flags),
      "\"received_at\":" + std::to_string(reading.received_at)};
  if (*rc::gen::arbitrary<bool>()) std::reverse(members.begin(), members.end());
  std::string row = "{";
  for (const std::string& member : members) row += space + member + ",";
  row.back() = '}';
  return row;
}

RC_GTEST_PROP(JsonReadingsProperty, WhatIsWrittenComesBack, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(0, 20);
  std::vector<Outcome> expected;
  std::string array = "[";
  std::string lines;
  for (std::size_t i = 0; i < count; ++i) {
    const sensors::Reading reading = any_reading();
    expected.emplace_back(reading, std::nullopt);
    const std::string row = written(reading);
    array += (i == 0 ? "" : " ,") + row;
    lines += row + "\n";
  }
  RC_ASSERT(outcomes_of(array + "]", JsonForm::document) == expected);
  RC_ASSERT(outcomes_of(lines, JsonForm::lines) == expected);
}

RC_GTEST_PROP(JsonReadingsProperty, LinesSplitAnywhereAreTheSameRows, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "{}", "[1]", "5", "\n", "\r\n", " ", "{\"flags\":3}", "\xff", "\"",
      "{\"node_address\":1,\"timestamp\":2,", "NaN", "\"temperature_raw\":3,\"humidity_raw\":4}"));
  std::string body;
  std::vector<Outcome> parts;
  std::string part;
  for (const std::string& word : words) {
    body += word;
    part += word;
    if (!word.ends_with('\n') || *rc::gen::arbitrary<bool>()) continue;
    const auto more = outcomes_of(part, JsonForm::lines);
    parts.insert(parts.end(), more.begin(), more.end());
    part.clear();
  }
  const auto rest = outcomes_of(part, JsonForm::lines);
  parts.insert(parts.end(), rest.begin(), rest.end());
  RC_ASSERT(outcomes_of(body, JsonForm::lines) == parts);
}

}  // namespace
}  // namespace shelduck::wire
