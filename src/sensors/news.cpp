#include "shelduck/sensors/news.hpp"

#include "shelduck/sensors/records/json_text.hpp"

namespace shelduck::sensors {
namespace {

Document address_document(std::uint64_t address) {
  if (address > kExactMax) return std::to_string(address);
  return static_cast<std::int64_t>(address);
}

double hundredths(std::int64_t raw) { return static_cast<double>(raw) / kHundredths; }

}  // namespace

std::vector<std::string> event_types() { return {"reading"}; }

store::Event reading_event(const Reading& reading) {
  Document data = Document::object();
  data.set("flags", std::int64_t{reading.flags});
  data.set("humidity_percent", hundredths(reading.humidity_centipercent));
  data.set("humidity_raw", std::int64_t{reading.humidity_centipercent});
  data.set("node_address", address_document(reading.node_address));
  data.set("received_at", reading.received_at);
  data.set("temperature_celsius", hundredths(reading.temperature_centidegrees));
  data.set("temperature_raw", std::int64_t{reading.temperature_centidegrees});
  data.set("timestamp", reading.timestamp);
  return {
      .type = "reading", .data = std::move(data), .subject = std::to_string(reading.node_address)};
}

}  // namespace shelduck::sensors
