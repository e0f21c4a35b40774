// The sensors domain as the store sees it, on SQLite: its tables, its records, and what follows.
#pragma once

#include "shelduck/store/domain.hpp"

namespace shelduck::sensors {

[[nodiscard]] store::Domain sqlite_domain();

}  // namespace shelduck::sensors
