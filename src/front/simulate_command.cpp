#include "shelduck/front/simulate_command.hpp"

#include <string>

#include "shelduck/front/output.hpp"
#include "shelduck/sensors/records/json_text.hpp"
#include "shelduck/wire/simulated_readings.hpp"

namespace shelduck::front {

void simulate_command(const commands::ParsedCommand& resolved) {
  constexpr std::size_t kWriteBytes = 65'536;
  wire::SimulatedReadings made{
      {.nodes = resolved.whole_number("nodes").value(),
       .days = resolved.whole_number("days").value(),
       .interval = resolved.whole_number("interval").value(),
       .seed = static_cast<std::uint64_t>(resolved.whole_number("seed").value()),
       .start = resolved.moment("start-time").value()}};
  const bool is_line_protocol = resolved.value("format") == "line";
  std::string text;
  while (const auto reading = made.next()) {
    if (is_line_protocol) {
      wire::append_line(text, *reading);
    } else {
      sensors::append_json(text, *reading);
    }
    text += '\n';
    if (text.size() < kWriteBytes) continue;
    print(text);
    text.clear();
  }
  print(text);
}

}  // namespace shelduck::front
