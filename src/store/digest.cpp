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

// With its kind and its length, so that no two rows give the same bytes.
void append_value(std::string& bytes, const Row& row, std::size_t column) {
  if (row.is_null(column)) {
    bytes += '0';
    return;
  }
  const std::string text = to_json(row.document(column));
  bytes += std::to_string(text.size()) + ':' + text;
}

// The same for rows of SQLite, which has no such functions: the hash of each row's values in their
// order, summed up and laid over one another.
TableState state_of_rows(Connection& connection, const std::string& table,
                         const std::string& content) {
  TableState state{.table = table, .rows = 0, .digest = {}};
  std::uint64_t laid_over = 0;
  std::uint64_t sum = 0;
  const Result result = connection.stream(content);
  std::string bytes;
  for (const Row row : result) {
    bytes.clear();
    for (std::size_t i = 0; i < result.columns().size(); ++i) append_value(bytes, row, i);
    const std::uint64_t hash = derived_uuid(bytes).half(0);
    laid_over ^= hash;
    sum += hash;
    ++state.rows;
  }
  state.digest = std::to_string(laid_over) + "-" + std::to_string(sum);
  return state;
}

TableState state_of(Connection& connection, const std::string& table, const std::string& content) {
  if (connection.backend() == Backend::sqlite) return state_of_rows(connection, table, content);
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
  std::vector<std::string> tables = connection.tables();
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
  for (const std::string& table : connection.tables()) {
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
  const bool is_sqlite = connection.backend() == Backend::sqlite;
  std::string basis =
      is_sqlite ? "rows of SQLite, 1" : connection.value<std::string>("SELECT version()");
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
