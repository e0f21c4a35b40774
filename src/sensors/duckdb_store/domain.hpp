// The sensors domain as the store sees it, on DuckDB: its tables, its records, and what follows.
#pragma once

#include "shelduck/store/domain.hpp"

namespace shelduck::sensors {

[[nodiscard]] store::Domain duckdb_domain();

}  // namespace shelduck::sensors
