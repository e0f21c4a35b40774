#include "shelduck/sensors/news.hpp"

#include "shelduck/sensors/records/json_text.hpp"

namespace shelduck::sensors {
std::vector<std::string> event_types() { return {"reading"}; }

store::Event reading_event(const Reading& reading) {
  store::Event event{
      .type = "reading", .json = {}, .subject = std::to_string(reading.node_address)};
  append_json(event.json, reading);
  return event;
}

}  // namespace shelduck::sensors
