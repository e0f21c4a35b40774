// What a database holds, in numbers that two files can be compared by. Private to the store.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "shelduck/store/backup.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::store::detail {

// Every table with its row count and an order-independent digest of its content. Left out are
// journal_position (how far, not what), the moments in schema_version, and where in the journal a
// quarantined record stood. By name.
[[nodiscard]] std::vector<TableState> table_states(Connection& connection, const Domain& domain);

// Names of tables that are not equal in both, or only in one.
[[nodiscard]] std::vector<std::string> differing(std::span<const TableState> left,
                                                 std::span<const TableState> right);

}  // namespace shelduck::store::detail
