// How many readings a second the parsers of src/wire take on one core, out of memory.
//
//   build/release/bench/parsers
//
// The goal of the whole way of a reading over HTTP is 150 000 a second, so its first step has to be
// several times as fast.
#include <cstdint>
#include <cstdio>
#include <string>

#include "figure.hpp"
#include "shelduck/wire/json_readings.hpp"
#include "shelduck/wire/line_readings.hpp"

namespace {

using shelduck::bench::Clock;
using shelduck::bench::Figure;
using shelduck::wire::JsonForm;
using shelduck::wire::JsonReadings;

constexpr std::size_t kRows = 200'000;
constexpr double kGoal = 1e6;

std::string json_row(std::size_t i) {
  return R"({"node_address":)" + std::to_string(1 + i % 100) + R"(,"timestamp":)" +
         std::to_string(1'700'000'000 + i) + R"(,"temperature_celsius":)" +
         std::to_string(15 + i % 17) + "." + std::to_string(10 + i % 83) +
         R"(,"humidity_percent":)" + std::to_string(40 + i % 31) + "." +
         std::to_string(10 + i % 79) + R"(,"flags":0})";
}

std::string json_body(JsonForm form) {
  std::string body = form == JsonForm::lines ? "" : "[";
  for (std::size_t i = 0; i < kRows; ++i) {
    if (i > 0) body += form == JsonForm::lines ? '\n' : ',';
    body += json_row(i);
  }
  if (form == JsonForm::document) body += ']';
  return body;
}

std::string line_body() {
  std::string body;
  for (std::size_t i = 0; i < kRows; ++i) {
    body += "sensor_data,node_address=" + std::to_string(1 + i % 100) +
            " temperature_celsius=" + std::to_string(15 + i % 17) + "." +
            std::to_string(10 + i % 83) + ",humidity_percent=" + std::to_string(40 + i % 31) +
            ".5,flags=0i " + std::to_string(1'700'000'000 + i) + "000000000\n";
  }
  return body;
}

template <class Rows>
void measure(const std::string& what, Rows rows) {
  const Clock clock;
  std::size_t good = 0;
  while (const auto row = rows.next()) good += row->refusal ? 0 : 1;
  const double rate = static_cast<double>(good) / clock.milliseconds() * 1000;
  char seen[64];
  std::snprintf(seen, sizeof seen, "%.2f million/s", rate / 1e6);
  print(Figure{what, "1 million/s", seen, good == kRows && rate >= kGoal});
}

}  // namespace

int main() {
  const std::string array = json_body(JsonForm::document);
  measure("readings of a JSON array", JsonReadings{array, JsonForm::document, 0});
  const std::string lines = json_body(JsonForm::lines);
  measure("readings of NDJSON", JsonReadings{lines, JsonForm::lines, 0});
  const std::string points = line_body();
  const auto mappings = shelduck::wire::line_preset("default").value();
  measure("readings of line protocol",
          shelduck::wire::LineReadings{points, {.mappings = mappings}});
}
