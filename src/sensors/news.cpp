#include "shelduck/sensors/news.hpp"

#include <memory>
#include <utility>

#include "shelduck/sensors/records/json_text.hpp"

namespace shelduck::sensors {
namespace {

// About: a reading's names and numbers.
constexpr std::size_t kJsonBytes = 224;

}  // namespace

std::vector<std::string> event_types() { return {"reading"}; }

store::Events reading_events(std::vector<Reading> readings) {
  const auto kept = std::make_shared<const std::vector<Reading>>(std::move(readings));
  const auto json = [kept](std::size_t place) {
    std::string text;
    text.reserve(kJsonBytes);
    append_json(text, kept->at(place));
    return text;
  };
  const auto subject = [kept](std::size_t place) {
    return std::to_string(kept->at(place).node_address);
  };
  return {.type = "reading", .size = kept->size(), .json = json, .subject = subject};
}

}  // namespace shelduck::sensors
