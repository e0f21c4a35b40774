// What applied readings mean to those who watch: an event of the type `reading` each, with the
// names of the JSON reading.
#pragma once

#include <string>
#include <vector>

#include "shelduck/sensors/records/reading.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::sensors {

[[nodiscard]] std::vector<std::string> event_types();
[[nodiscard]] store::Events reading_events(std::vector<Reading> readings);

}  // namespace shelduck::sensors
