#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "shelduck/wire/line_readings.hpp"

namespace shelduck::wire {
namespace {

// Names that need escapes; a backslash at the end would escape what follows, so none ends so.
std::string any_name() {
  return *rc::gen::nonEmpty(
             rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab7 ,=\"#/\\")))) +
         "n";
}

std::string escaped(const std::string& plain, std::string_view escapes) {
  std::string out;
  for (const char c : plain) {
    if (escapes.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// A backslash before a character that is escaped would be written as two and read as one escape.
bool is_writable(const std::string& plain, std::string_view escapes) {
  for (std::size_t i = 0; i + 1 < plain.size(); ++i) {
    if (plain[i] == '\\' && escapes.find(plain[i + 1]) != std::string_view::npos) return false;
  }
  return !plain.starts_with('#') && !plain.starts_with(' ');
}

RC_GTEST_PROP(LineReadingsProperty, WhatIsWrittenComesBack, ()) {
  const std::string measurement = any_name();
  const std::string tag = any_name();
  RC_PRE(is_writable(measurement, kMeasurementEscapes) && is_writable(tag, kPartEscapes));
  const auto temperature = *rc::gen::arbitrary<std::int16_t>();
  const auto humidity = *rc::gen::arbitrary<std::uint16_t>();
  const auto flags = *rc::gen::arbitrary<std::uint8_t>();
  const auto timestamp = *rc::gen::inRange<std::int64_t>(0, sensors::kTimestampMax);
  const auto note = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("a\n,= #i")));
  const LineMapping mapping = parse_mapping({.measurement = measurement,
                                             .node = {"measurement", "tag:" + tag},
                                             .temperature = "field:t",
                                             .humidity = "field:h",
                                             .flags = "field:f"});
  const std::string body = "# first\n" + escaped(measurement, kMeasurementEscapes) + ",other=5," +
                           escaped(tag, kPartEscapes) + "=" + escaped(tag, kPartEscapes) +
                           " t=" + std::to_string(temperature) + "e-2,n=\"" + note +
                           "\",h=" + std::to_string(humidity) + "E-2,f=" + std::to_string(flags) +
                           "u " + std::to_string(timestamp) + "\r\n";
  LineReadings readings{body, {Precision::seconds, 5, {&mapping, 1}}};
  const auto row = readings.next();
  RC_ASSERT(row.has_value());
  RC_ASSERT(!row->refusal);
  RC_ASSERT(row->label == measurement + "/" + tag);
  RC_ASSERT(row->line == 2U);
  RC_ASSERT(row->reading == (sensors::Reading{label_address(row->label), timestamp, temperature,
                                              humidity, flags, 5}));
  RC_ASSERT(!readings.next());
}

RC_GTEST_PROP(LineReadingsProperty, BadLinesLeaveTheOthersAlone, ()) {
  const auto bad = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "m", "m,a c=1", "m c=x", "m c=1 x", "# m", "", "m c=1i 5", "m \xff", ",", "m c=1,d"));
  const auto mappings = line_preset("default").value();
  const std::string good = "sensor_data,node_address=7 temperature_celsius=1,humidity_percent=1 5";
  std::string body;
  for (const std::string& line : bad) body += line + "\n" + good + "\n";
  RC_PRE(!bad.empty());
  LineReadings readings{body, {Precision::seconds, 5, mappings}};
  std::size_t taken = 0;
  while (auto row = readings.next()) {
    if (row->refusal) continue;
    RC_ASSERT(row->line == 2 * ++taken);
    RC_ASSERT(row->source == good);
  }
  RC_ASSERT(taken == bad.size());
}

}  // namespace
}  // namespace shelduck::wire
