#include "shelduck/interop/table_rows.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/core/near_word.hpp"
#include "shelduck/interop/csv_rows.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/reading.hpp"
#include "shelduck/store/sql_text.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::interop {
namespace {

using store::identifier;
using store::literal;

constexpr std::string_view kParquetMagic = "PAR1";
constexpr std::string_view kDatabaseMagic = "DUCK";
constexpr std::size_t kDatabaseMagicAt = 8;

// A name of a file, in which the engine shall see no pattern.
std::string without_patterns(const std::string& path) {
  std::string text;
  for (const char c : path) {
    const bool is_pattern = c == '*' || c == '?' || c == '[';
    text += is_pattern ? std::string{'[', c, ']'} : std::string{c};
  }
  return text;
}

store::Database opened(const TableSource& source) {
  const store::DatabaseOptions options{.temporary_directory = source.temporary};
  if (!source.table.empty()) return store::open_for_reading(source.file, source.opening, options);
  store::DatabaseOptions of_file = options;
  of_file.export_directories = {source.file.parent_path()};
  return store::Database::in_memory(of_file);
}

struct TableName {
  std::string schema;
  std::string table;

  [[nodiscard]] std::string sql() const { return identifier(schema) + "." + identifier(table); }
};

// "sales" is the one of the schema `main`; others are named "schema.table".
std::string shown_name(const TableName& name) {
  return name.schema == "main" ? name.table : name.schema + "." + name.table;
}

std::vector<TableName> tables_of(store::Connection& connection) {
  std::vector<TableName> names;
  for (const store::Row row : connection.query(
           "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL")) {
    names.push_back({row.get<std::string>(0), row.get<std::string>(1)});
  }
  return names;
}

std::string found_table(store::Connection& connection, const TableSource& source) {
  const std::vector<TableName> tables = tables_of(connection);
  const auto found = std::ranges::find(tables, source.table, shown_name);
  if (found != tables.end()) return found->sql();
  std::vector<std::string> names;
  std::ranges::transform(tables, std::back_inserter(names), shown_name);
  const auto near =
      near_word(source.table, std::vector<std::string_view>{names.begin(), names.end()});
  throw Error{ErrorKind::not_found,
              source.name + " has no table '" + source.table + "'",
              {.field = "TABLE",
               .value = source.table,
               .rule = names.empty() ? "a table of the database, which has none"
                                     : "a table or view of the database",
               .hint = near ? "did you mean '" + *near + "'?" : ""}};
}

std::string rows_sql(store::Connection& connection, const TableSource& source) {
  if (!source.table.empty()) return found_table(connection, source);
  return "read_parquet(" + literal(without_patterns(source.file.string())) +
         ", hive_partitioning = false)";
}

// In one line, and without the statement, which the user did not write.
std::string reason_of(const Error& error) {
  constexpr std::string_view kOfEngine = "database: ";
  std::string text = error.what();
  if (text.starts_with(kOfEngine)) text.erase(0, kOfEngine.size());
  for (const std::string_view rest : {"\n", " [in: "}) text = text.substr(0, text.find(rest));
  return text;
}

[[noreturn]] void refuse_table(const TableSource& source, const Error& error) {
  throw Error{
      ErrorKind::invalid_input,
      source.name + ", table " + source.table + " cannot be read: " + reason_of(error),
      {.field = "TABLE",
       .value = source.table,
       .rule = "a table, or a view whose tables are in the same database",
       .hint = "what a view takes from elsewhere can be stored as a table: CREATE TABLE ... "
               "AS FROM ..."}};
}

[[noreturn]] void refuse_parquet(const TableSource& source, const Error& error) {
  throw Error{ErrorKind::invalid_input,
              source.name + " cannot be read as Parquet: " + reason_of(error),
              {.field = "FILE", .value = source.name, .rule = "a Parquet file, and all of it"}};
}

// What the engine makes of a file's bytes, or of what a view says, is the fault of the file.
template <class Work>
auto judged(const TableSource& source, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    const bool is_of_file = error.kind() == ErrorKind::invalid_input ||
                            error.kind() == ErrorKind::io || error.kind() == ErrorKind::corrupt ||
                            error.kind() == ErrorKind::bug || error.kind() == ErrorKind::fatal;
    if (source.table.empty() && is_of_file) refuse_parquet(source, error);
    if (error.kind() == ErrorKind::corrupt) throw store::told_to_reader(error, source.file);
    if (is_of_file || error.kind() == ErrorKind::refused) refuse_table(source, error);
    throw;
  }
}

std::string shown_source(const TableSource& source) {
  return source.table.empty() ? source.name : source.name + ", table " + source.table;
}

}  // namespace

struct TableRows::State {
  State(const TableSource& given, std::span<const std::string> wanted)
      : source(given), shown(shown_source(given)), database(opened(given)), connection(database) {
    judged(source, [&] { begin(wanted); });
  }

  void begin(std::span<const std::string> wanted) {
    const std::string rows_of = rows_sql(connection, source);
    names = connection.query("SELECT * FROM " + rows_of + " LIMIT 0").columns();
    if (source.table.empty()) count_rows(rows_of);
    std::string list;
    for (const std::string& column : names) {
      const bool is_wanted = std::ranges::find(wanted, column) != wanted.end();
      is_read.push_back(is_wanted);
      if (!is_wanted) continue;
      list += (list.empty() ? "" : ", ") + ("CAST(" + identifier(column) + " AS VARCHAR)");
    }
    if (list.empty()) list = "NULL";
    rows.emplace(connection.stream("SELECT " + list + " FROM " + rows_of));
  }

  void count_rows(const std::string& rows_of) {
    for (const store::Row counted : connection.query("SELECT count(*) FROM " + rows_of)) {
      total = static_cast<std::uint64_t>(counted.get<std::int64_t>(0));
    }
  }

  TableSource source;
  std::string shown;
  store::Database database;
  store::Connection connection;
  std::vector<std::string> names{};
  std::vector<bool> is_read{};
  std::optional<store::Result> rows{};
  std::optional<store::Result::Iterator> at{};
  TextRow row{};
  std::uint64_t number = 0;  // of rows that were read, the names among them
  std::optional<std::uint64_t> total{};
};

TableRows::TableRows(const TableSource& source, std::span<const std::string> columns)
    : state_(std::make_unique<State>(source, columns)) {}

TableRows::~TableRows() = default;

const std::string& TableRows::name() const noexcept { return state_->shown; }

void TableRows::interrupt() noexcept { state_->connection.interrupt(); }

std::optional<ReadSoFar> TableRows::read_so_far() const noexcept {
  if (!state_->total) return std::nullopt;
  return ReadSoFar{.done = std::min(state_->number, *state_->total),
                   .total = *state_->total,
                   .unit = ReadSoFar::Unit::rows};
}

const TextRow* TableRows::next() {
  State& state = *state_;
  state.row.clear(state.number);
  if (state.number++ == 0) {
    for (const std::string& column : state.names) state.row.add(column);
    return &state.row;
  }
  judged(state.source, [&] {
    if (state.at) {
      ++*state.at;
    } else {
      state.at.emplace(state.rows->begin());
    }
  });
  if (*state.at == std::default_sentinel) return nullptr;
  const store::Row read = **state.at;
  std::size_t column = 0;
  for (const bool is_read : state.is_read) {
    const auto text = is_read ? read.get<std::optional<std::string_view>>(column++) : std::nullopt;
    const std::string_view field = text.value_or("");
    if (field.size() > CsvRows::kFieldBytesMax) {
      refuse({.line = state.row.line(),
              .field = state.names[state.row.size()],
              .value = field,
              .rule = "a field has at most 1000000 bytes"});
    }
    state.row.add(field);
  }
  return &state.row;
}

TableKind table_kind(const std::filesystem::path& file) {
  if (file.extension() == ".parquet") return TableKind::parquet;
  if (!std::filesystem::is_regular_file(file)) return TableKind::none;
  std::array<char, kDatabaseMagicAt + kDatabaseMagic.size()> head{};
  std::ifstream stream{file, std::ios::binary};
  stream.read(head.data(), head.size());
  const std::string_view bytes{head.data(), static_cast<std::size_t>(stream.gcount())};
  if (bytes.starts_with(kParquetMagic)) return TableKind::parquet;
  return bytes.ends_with(kDatabaseMagic) ? TableKind::database : TableKind::none;
}

}  // namespace shelduck::interop
