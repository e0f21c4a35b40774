// What the history domain hands to the store: its tables, its records, how they become rows, and
// the rules that hold between them.
#pragma once

#include <string>

#include "shelduck/core/time.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::history {

// What interruptions are judged by: the machine's present boot and the present instant.
struct Presence {
  std::string boot_id;
  Clock clock;
};

[[nodiscard]] store::Domain domain(const Presence& presence);

}  // namespace shelduck::history
