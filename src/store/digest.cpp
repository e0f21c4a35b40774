#include "shelduck/store/digest.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "shelduck/store/sql_text.hpp"

namespace shelduck::store::detail {

namespace {

std::optional<std::string> content_query(const std::string& table, const Domain& domain) {
  if (table == "journal_position" || table == "store_identity") return std::nullopt;
  if (table == "schema_version") return "SELECT owner, number, name, checksum FROM schema_version";
  if (table == "quarantine")
    return "SELECT id, source, record_type, reason, \"at\" FROM quarantine";
  for (const TableDigest& digest : domain.digests) {
    if (digest.table == table && digest.sql.empty()) return std::nullopt;
    if (digest.table == table) return digest.sql;
  }
  return "SELECT * FROM " + identifier(table);
}

}  // namespace

std::vector<TableState> table_states(Connection& connection, const Domain& domain) {
  std::vector<std::string> tables;
  for (const Row row :
       connection.query("SELECT table_name FROM duckdb_tables() WHERE NOT temporary "
                        "AND NOT internal AND database_name = current_database() "
                        "ORDER BY table_name")) {
    tables.push_back(row.get<std::string>(0));
  }
  std::vector<TableState> states;
  for (const std::string& table : tables) {
    const std::optional<std::string> content = content_query(table, domain);
    if (!content) continue;
    // Exclusive or does not see a pair of equal rows, the sum does.
    const Result result = connection.query(
        "SELECT count(*), coalesce(bit_xor(hash(r)), 0)::VARCHAR || '-' || "
        "coalesce(sum(hash(r)::HUGEINT), 0)::VARCHAR FROM (" +
        *content + ") AS r");
    const Row row = result.first().value();
    states.push_back({table, row.get<std::int64_t>(0), row.get<std::string>(1)});
  }
  return states;
}

std::vector<std::string> differing(std::span<const TableState> left,
                                   std::span<const TableState> right) {
  std::map<std::string, const TableState*> others;
  for (const TableState& state : right) others[state.table] = &state;
  std::vector<std::string> names;
  for (const TableState& state : left) {
    const auto other = others.find(state.table);
    if (other == others.end() || !(*other->second == state)) names.push_back(state.table);
    if (other != others.end()) others.erase(other);
  }
  for (const auto& [name, state] : others) names.push_back(name);
  std::ranges::sort(names);
  return names;
}

}  // namespace shelduck::store::detail
