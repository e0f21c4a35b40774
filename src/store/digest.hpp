// What a database holds, in numbers that two files can be compared by. Private to the store.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/uuid.hpp"
#include "shelduck/store/backup.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/domain.hpp"
#include "shelduck/store/headway.hpp"

namespace shelduck::store::detail {

// Every table with its row count and an order-independent digest of its content. Left out are
// journal_position (how far, not what), the moments in schema_version, and where in the journal a
// quarantined record stood. By name.
struct ToldAs {
  HeadwaySink sink{};
  std::string_view part{};
};
[[nodiscard]] std::vector<TableState> table_states(Connection& connection, const Domain& domain,
                                                   const ToldAs& told = {});

// The tables that table_states() looks at, and one of them alone.
[[nodiscard]] std::vector<std::string> digested_tables(Connection& connection,
                                                       const Domain& domain);
[[nodiscard]] TableState table_state(Connection& connection, const Domain& domain,
                                     const std::string& table);

// The same tables and any others, counted only.
[[nodiscard]] std::vector<TableState> table_rows(Connection& connection);

// The state of a Parquet file, all of it read.
[[nodiscard]] TableState content_state(Connection& connection, const std::string& table,
                                       const std::filesystem::path& file);

// Stands for what digests are made by: the engine's version and the queries. Digests of two bases
// say nothing about each other.
[[nodiscard]] Uuid digest_basis(Connection& connection, const Domain& domain);

// Names of tables that are not equal in both, or only in one.
[[nodiscard]] std::vector<std::string> differing(std::span<const TableState> left,
                                                 std::span<const TableState> right);

}  // namespace shelduck::store::detail
