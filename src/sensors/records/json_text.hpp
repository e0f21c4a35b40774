// Readings and numbers as the JSON of the sensor routes says them: keys sorted, compact, floats
// as Python's repr writes them. A text grows by each call, so that a page of thousands of readings
// is one string.
//
//   append_json(body, reading);
//   // {"flags":0,"humidity_percent":48.75,"humidity_raw":4875,"node_address":7,
//   //  "received_at":1700000003,"temperature_celsius":22.0,"temperature_raw":2200,
//   //  "timestamp":1700000000}   in one line
//
// Threads: any.
#pragma once

#include <cstdint>
#include <string>

#include "shelduck/sensors/records/reading.hpp"

namespace shelduck::sensors {

// The largest number that every reader of JSON keeps exact; addresses beyond it are strings.
inline constexpr std::uint64_t kExactMax = (std::uint64_t{1} << 53U) - 1;

// The shortest digits that read back equal: with .0 where the number is whole, with an exponent
// below 1e-4 and from 1e16 (1e-05, 1e+16). What is not finite is null, as in every JSON here.
[[nodiscard]] std::string python_text(double number);
void append_python(std::string& out, double number);

// The same of count / 100.0, without the division.
void append_hundredths(std::string& out, std::int64_t count);

void append_whole(std::string& out, std::int64_t number);
void append_address(std::string& out, std::uint64_t address);

void append_json(std::string& out, const Reading& reading);

}  // namespace shelduck::sensors
