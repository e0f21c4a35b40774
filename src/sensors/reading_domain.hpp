// The sensors domain as far as it is the same on every backend: its records, how they are applied,
// what is known before something is judged, and its events. A backend adds its tables.
//
//   store::Domain domain = reading_domain([](store::Transaction& t) { return tables_on(t); });
#pragma once

#include <functional>
#include <memory>

#include "shelduck/sensors/reading_tables.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::sensors {

// The tables borrow the transaction.
using MakeTables = std::unique_ptr<ReadingTables> (*)(store::Transaction& transaction);

[[nodiscard]] store::Domain reading_domain(MakeTables make_tables);

}  // namespace shelduck::sensors
