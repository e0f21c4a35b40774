#include "shelduck/sensors/news.hpp"

#include "shelduck/sensors/records/json_text.hpp"

namespace shelduck::sensors {
namespace {

// About: a reading's names and numbers.
constexpr std::size_t kJsonBytes = 224;

}  // namespace

std::vector<std::string> event_types() { return {"reading"}; }

store::Event reading_event(const Reading& reading) {
  store::Event event{
      .type = "reading", .json = {}, .subject = std::to_string(reading.node_address)};
  event.json.reserve(kJsonBytes);
  append_json(event.json, reading);
  return event;
}

}  // namespace shelduck::sensors
