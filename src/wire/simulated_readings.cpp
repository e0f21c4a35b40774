#include "shelduck/wire/simulated_readings.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/records/json_text.hpp"

namespace shelduck::wire {

using sensors::Reading;

// What is drawn by lot, and for what.
enum class SimulatedReadings::Die : std::uint8_t {
  mean,           // of a node
  wave,           // of a node
  phase,          // of a node
  drift,          // of a node
  weather,        // of a day
  stuck_day,      // of a node
  stuck_from,     // of a day
  stuck_seconds,  // of a day
  gap,            // of a day
  gap_from,       // of a day
  gap_seconds,    // of a day
  lost,           // of a second
  spike,          // of a second
  warmth,         // of a second, and three more
  damp = 20,      // of a second, and three more
};

namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;
constexpr std::int64_t kSecondsOfHour = 3600;
constexpr double kSecondsOfYear = 365.0 * kSecondsOfDay;

// The finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit of the number counts.
std::uint64_t mixed(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15U;
  number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
  number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
  return number ^ (number >> 31U);
}

std::int64_t hundredths(double value, std::int64_t least, std::int64_t most) {
  return std::clamp<std::int64_t>(std::llround(value * 100), least, most);
}

[[noreturn]] void refuse(const std::string& field, const std::string& rule) {
  throw Error{ErrorKind::invalid_input,
              "no readings can be made up: " + field + " must be " + rule,
              {.field = field, .rule = rule}};
}

}  // namespace

SimulatedReadings::SimulatedReadings(const SimulationPlan& plan) : plan_(plan) {
  if (plan.nodes < 1) refuse("nodes", "1 or more");
  if (plan.interval < 1) refuse("interval", "1 second or more");
  if (!sensors::is_timestamp(plan.start)) refuse("start-time", "a time from 1970 to 9999");
  if (plan.days < 1 || plan.days > (sensors::kTimestampMax - plan.start) / kSecondsOfDay) {
    refuse("days", "1 or more, and end before the year 10000");
  }
}

std::optional<Reading> SimulatedReadings::next() {
  while (offset_ < plan_.days * kSecondsOfDay) {
    if (++node_ > plan_.nodes) {
      node_ = 0;
      offset_ += std::min(plan_.interval, plan_.days * kSecondsOfDay - offset_);
      continue;
    }
    if (!is_lost()) return reading();
  }
  return std::nullopt;
}

double SimulatedReadings::roll(Die die, std::int64_t number) const {
  std::uint64_t bits = mixed(plan_.seed);
  bits = mixed(bits ^ static_cast<std::uint64_t>(node_));
  bits = mixed(bits ^ static_cast<std::uint64_t>(die));
  bits = mixed(bits ^ static_cast<std::uint64_t>(number));
  return static_cast<double>(bits >> 11U) * 0x1p-53;
}

double SimulatedReadings::noise(Die die, std::int64_t number) const {
  double sum = -2;
  for (std::uint8_t i = 0; i < 4; ++i) {
    sum += roll(static_cast<Die>(static_cast<std::uint8_t>(die) + i), number);
  }
  return sum * std::numbers::sqrt3;  // four uniform numbers have the variance 1/3
}

bool SimulatedReadings::is_lost() const {
  const std::int64_t day = offset_ / kSecondsOfDay;
  if (roll(Die::lost, offset_) < 0.002) return true;
  if (roll(Die::gap, day) >= 0.3) return false;
  const double from = roll(Die::gap_from, day) * static_cast<double>(kSecondsOfDay);
  const double seconds = 600 + roll(Die::gap_seconds, day) * 2 * kSecondsOfHour;
  const auto second = static_cast<double>(offset_ % kSecondsOfDay);
  return second >= from && second < from + seconds;
}

// When what is said now was measured: earlier where the sensor is stuck.
std::int64_t SimulatedReadings::measured_at() const {
  const std::int64_t day = offset_ / kSecondsOfDay;
  const std::int64_t period = std::min<std::int64_t>(plan_.days, 10);
  const auto stuck_day =
      static_cast<std::int64_t>(roll(Die::stuck_day, 0) * static_cast<double>(period));
  if (day % period != stuck_day) return offset_;
  const auto from = static_cast<std::int64_t>(roll(Die::stuck_from, day) * 20 * kSecondsOfHour);
  const auto seconds = kSecondsOfHour + static_cast<std::int64_t>(roll(Die::stuck_seconds, day) *
                                                                  2 * kSecondsOfHour);
  const std::int64_t second = offset_ % kSecondsOfDay;
  return second >= from && second < from + seconds ? day * kSecondsOfDay + from : offset_;
}

double SimulatedReadings::temperature(std::int64_t at) const {
  constexpr double kTurn = 2 * std::numbers::pi;
  const auto seconds = static_cast<double>(at);
  const auto of_day = static_cast<double>((plan_.start + at) % kSecondsOfDay) / kSecondsOfDay;
  const std::int64_t day = at / kSecondsOfDay;
  const double part = static_cast<double>(at % kSecondsOfDay) / kSecondsOfDay;
  // From one day's weather to the next's without a step.
  const double weather = (1 - part) * roll(Die::weather, day) + part * roll(Die::weather, day + 1);
  const double warmest = 0.6 + 0.08 * roll(Die::phase, 0);  // half past two to four
  return 16 + 6 * roll(Die::mean, 0) +
         (1.5 + 3 * roll(Die::wave, 0)) * std::cos(kTurn * (of_day - warmest)) + 4 * weather +
         (roll(Die::drift, 0) - 0.5) * 2 * seconds / kSecondsOfYear;
}

Reading SimulatedReadings::reading() const {
  const std::int64_t at = measured_at();
  const double true_warmth = temperature(at);
  double celsius = true_warmth + 0.1 * noise(Die::warmth, at);
  const double percent = 80 - 1.5 * true_warmth + 0.5 * noise(Die::damp, at);
  const double spike = roll(Die::spike, at);
  if (at == offset_ && spike < 0.0005) celsius += spike < 0.00025 ? 25 : -25;
  const std::int64_t timestamp = plan_.start + offset_;
  return {.node_address = static_cast<std::uint64_t>(node_),
          .timestamp = timestamp,
          .temperature_centidegrees = static_cast<std::int16_t>(
              hundredths(celsius, sensors::kTemperatureMin, sensors::kTemperatureMax)),
          .humidity_centipercent = static_cast<std::uint16_t>(hundredths(percent, 0, 10'000)),
          .flags = 0,
          .received_at = timestamp + 1};
}

void append_line(std::string& out, const Reading& reading) {
  out += "sensor_data,node_address=" + std::to_string(reading.node_address);
  out += " temperature_celsius=";
  sensors::append_hundredths(out, reading.temperature_centidegrees);
  out += ",humidity_percent=";
  sensors::append_hundredths(out, reading.humidity_centipercent);
  out += ",flags=" + std::to_string(reading.flags) + "i " + std::to_string(reading.timestamp);
}

}  // namespace shelduck::wire
