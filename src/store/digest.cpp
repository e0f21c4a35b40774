#include "shelduck/store/digest.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "shelduck/store/sql_text.hpp"

namespace shelduck::store::detail {

namespace {

constexpr std::string_view kVersionContent =
    "SELECT owner, number, name, checksum FROM schema_version";
constexpr std::string_view kQuarantineContent =
    "SELECT id, source, record_type, reason, \"at\" FROM quarantine";

std::optional<std::string> content_query(const std::string& table, const Domain& domain) {
  if (table == "journal_position" || table == "store_identity" || table == "apply_counter") {
    return std::nullopt;
  }
  if (table == "schema_version") return std::string(kVersionContent);
  if (table == "quarantine") return std::string(kQuarantineContent);
  for (const TableDigest& digest : domain.digests) {
    if (digest.table == table && digest.sql.empty()) return std::nullopt;
    if (digest.table == table) return digest.sql;
  }
  return "SELECT * FROM " + identifier(table);
}

std::vector<std::string> table_names(Connection& connection) {
  std::vector<std::string> tables;
  for (const Row row :
       connection.query("SELECT table_name FROM duckdb_tables() WHERE NOT temporary "
                        "AND NOT internal AND database_name = current_database() "
                        "ORDER BY table_name")) {
    tables.push_back(row.get<std::string>(0));
  }
  return tables;
}

TableState state_of(Connection& connection, const std::string& table, const std::string& content) {
  // Exclusive or does not see a pair of equal rows, the sum does.
  const Result result = connection.query(
      "SELECT count(*), coalesce(bit_xor(hash(r)), 0)::VARCHAR || '-' || "
      "coalesce(sum(hash(r)::HUGEINT), 0)::VARCHAR FROM (" +
      content + ") AS r");
  const Row row = result.first().value();
  return {table, row.get<std::int64_t>(0), row.get<std::string>(1)};
}

}  // namespace

std::vector<std::string> digested_tables(Connection& connection, const Domain& domain) {
  std::vector<std::string> tables = table_names(connection);
  std::erase_if(tables, [&](const std::string& table) { return !content_query(table, domain); });
  return tables;
}

TableState table_state(Connection& connection, const Domain& domain, const std::string& table) {
  return state_of(connection, table, content_query(table, domain).value());
}

std::vector<TableState> table_states(Connection& connection, const Domain& domain,
                                     const ToldAs& told) {
  std::vector<TableState> states;
  const std::vector<std::string> tables = digested_tables(connection, domain);
  PartOfWork part{told.sink, told.part, tables.size()};
  for (const std::string& table : tables) {
    part.step();
    states.push_back(table_state(connection, domain, table));
  }
  return states;
}

std::vector<TableState> table_rows(Connection& connection) {
  std::vector<TableState> states;
  for (const std::string& table : table_names(connection)) {
    states.push_back(
        {table, connection.value<std::int64_t>("SELECT count(*) FROM " + identifier(table)), ""});
  }
  return states;
}

TableState content_state(Connection& connection, const std::string& table,
                         const std::filesystem::path& file) {
  return state_of(connection, table, "SELECT * FROM read_parquet(" + literal(file.string()) + ")");
}

Uuid digest_basis(Connection& connection, const Domain& domain) {
  std::string basis = connection.value<std::string>("SELECT version()");
  basis += std::string(kVersionContent) + std::string(kQuarantineContent);
  for (const TableDigest& digest : domain.digests) basis += "\n" + digest.table + " " + digest.sql;
  return derived_uuid(basis);
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
