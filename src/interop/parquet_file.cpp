#include "shelduck/interop/parquet_file.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/store/appender.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/sql_text.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::interop {
namespace {

using Type = ParquetColumn::Type;

// Rows that are handed to the engine at a time, in a transaction that holds no more than these.
constexpr std::int64_t kRowsAtOnce = 100'000;
constexpr std::string_view kWaitingTable = "waiting";

std::string_view waiting_type(Type type) {
  switch (type) {
    case Type::whole:
      return "BIGINT";
    case Type::number:
      return "DOUBLE";
    case Type::text:
    case Type::time:
      break;
  }
  return "VARCHAR";
}

std::string table_sql(const std::vector<ParquetColumn>& columns) {
  std::string list;
  for (const ParquetColumn& column : columns) {
    list += (list.empty() ? "" : ", ") + store::identifier(column.name) + " " +
            std::string(waiting_type(column.type));
  }
  return "CREATE TABLE " + std::string(kWaitingTable) + " (" + list + ")";
}

// What holds every time that is written like this one.
std::string_view time_type(std::string_view time) {
  constexpr std::size_t kDateBytes = 10;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), number);
  if (error == std::errc{} && end == time.data() + time.size()) return "BIGINT";
  const auto parsed = parse_instant(time);
  if (!parsed) return "VARCHAR";
  if (time.size() == kDateBytes) return "DATE";
  return parsed->has_offset ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
}

// An instant as the engine reads it, which knows neither a comma before the fraction nor a small t
// nor the second 60: the minute after it, as everywhere here.
std::string engine_time(const std::string& time, std::string_view type) {
  if (!type.starts_with("TIMESTAMP")) return time;
  const auto parsed = parse_instant(time);
  if (!parsed) return time;
  std::string text = to_string(parsed->instant);
  if (!parsed->has_offset) text.pop_back();  // Z
  return text;
}

store::Parameter parameter_of(const Document& value) {
  if (const auto* whole = value.integer()) return *whole;
  if (const auto* number = value.number()) return *number;
  if (const auto* text = value.text()) return *text;
  return nullptr;
}

}  // namespace

struct ParquetFile::State {
  State(std::filesystem::path given, std::vector<ParquetColumn> named,
        const std::filesystem::path& temporary)
      : path(std::move(given)),
        columns(std::move(named)),
        database(store::Database::in_memory(
            {.export_directories = {path.parent_path()}, .temporary_directory = temporary})),
        connection(database) {
    connection.run_script(table_sql(columns));
  }

  void begin() {
    transaction.emplace(connection);
    appender.emplace(*transaction, kWaitingTable);
  }

  void end() {
    if (!appender) return;
    appender->close();
    appender.reset();
    transaction->commit();
    transaction.reset();
  }

  void look_at_time(const Document& row) {
    if (time) return;
    const auto column = std::ranges::find(columns, Type::time, &ParquetColumn::type);
    const Document* value = column == columns.end() ? nullptr : row.find(column->name);
    time = time_type(value != nullptr && value->text() != nullptr ? *value->text() : "");
  }

  [[nodiscard]] std::string copy_sql() const {
    std::string list;
    for (const ParquetColumn& column : columns) {
      const std::string name = store::identifier(column.name);
      list += list.empty() ? "" : ", ";
      list += column.type == Type::time
                  ? "CAST(" + name + " AS " + std::string(time.value_or("VARCHAR")) + ") AS " + name
                  : name;
    }
    return "COPY (SELECT " + list + " FROM " + std::string(kWaitingTable) + ") TO " +
           store::literal(path.string()) +
           " (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)";
  }

  std::filesystem::path path;
  std::vector<ParquetColumn> columns;
  std::optional<std::string_view> time{};  // the type of the times
  std::string time_text{};                 // of the row that is added
  store::Database database;
  store::Connection connection;
  std::optional<store::Transaction> transaction{};
  std::optional<store::Appender> appender{};
  std::vector<store::Parameter> values{};
};

ParquetFile::ParquetFile(std::filesystem::path path, std::vector<ParquetColumn> columns,
                         const std::filesystem::path& temporary)
    : state_(std::make_unique<State>(std::move(path), std::move(columns), temporary)) {}

ParquetFile::~ParquetFile() = default;

void ParquetFile::interrupt() noexcept { state_->connection.interrupt(); }

void ParquetFile::add(const Document& row) {
  State& state = *state_;
  state.look_at_time(row);
  if (!state.appender) state.begin();
  state.values.clear();
  for (std::size_t i = 0; i < row.members()->size(); ++i) {
    const Document& value = (*row.members())[i].second;
    state.values.push_back(parameter_of(value));
    if (state.columns[i].type != Type::time || value.text() == nullptr) continue;
    state.time_text = engine_time(*value.text(), *state.time);
    state.values.back() = state.time_text;
  }
  state.appender->row(state.values);
  if (state.appender->rows() >= kRowsAtOnce) state.end();
}

void ParquetFile::finish() {
  state_->end();
  state_->connection.run_script(state_->copy_sql());
}

}  // namespace shelduck::interop
