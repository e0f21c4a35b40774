#include "shelduck/store/sqlite_result.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::store::detail {

namespace {

constexpr std::size_t kSqliteRowsAtOnce = 2048;
// The engine's layout keeps so many bytes of a text within its 16.
constexpr std::size_t kInlinedBytes = 12;
constexpr std::size_t kUuidBytes = 16;

// By the words of a CREATE TABLE; nothing for what is computed.
duckdb_type declared_type(const char* declared) {
  if (declared == nullptr) return DUCKDB_TYPE_INVALID;
  const std::string_view words{declared};
  if (words == "UUID") return DUCKDB_TYPE_UUID;
  if (words == "TIMESTAMPTZ") return DUCKDB_TYPE_TIMESTAMP_TZ;
  if (words == "BOOLEAN") return DUCKDB_TYPE_BOOLEAN;
  if (words == "DOUBLE") return DUCKDB_TYPE_DOUBLE;
  if (words == "BLOB") return DUCKDB_TYPE_BLOB;
  if (words == "VARCHAR" || words == "TEXT") return DUCKDB_TYPE_VARCHAR;
  return words.find("INT") == std::string_view::npos ? DUCKDB_TYPE_INVALID : DUCKDB_TYPE_BIGINT;
}

duckdb_type type_of_value(int storage) {
  switch (storage) {
    case SQLITE_INTEGER:
      return DUCKDB_TYPE_BIGINT;
    case SQLITE_FLOAT:
      return DUCKDB_TYPE_DOUBLE;
    case SQLITE_TEXT:
      return DUCKDB_TYPE_VARCHAR;
    case SQLITE_BLOB:
      return DUCKDB_TYPE_BLOB;
    default:
      return DUCKDB_TYPE_SQLNULL;
  }
}

// Whether a stored value may be read as the type that its column was given.
bool is_of_type(duckdb_type type, int storage) {
  switch (type) {
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return storage == SQLITE_INTEGER;
    case DUCKDB_TYPE_DOUBLE:
      return storage == SQLITE_FLOAT || storage == SQLITE_INTEGER;
    case DUCKDB_TYPE_VARCHAR:
      return storage == SQLITE_TEXT;
    default:
      return storage == SQLITE_BLOB;
  }
}

duckdb_string_t string_of(std::string_view bytes, std::deque<std::string>& kept) {
  duckdb_string_t made{};
  made.value.inlined.length = static_cast<std::uint32_t>(bytes.size());
  if (bytes.size() <= kInlinedBytes) {
    std::ranges::copy(bytes, made.value.inlined.inlined);
    return made;
  }
  std::string& text = kept.emplace_back(bytes);
  std::copy_n(text.begin(), sizeof made.value.pointer.prefix, made.value.pointer.prefix);
  made.value.pointer.ptr = text.data();
  return made;
}

void set_valid(SqliteValues& values, std::size_t row, bool is_valid) {
  if (row % 64 == 0) values.validity.push_back(0);
  if (is_valid) values.validity.back() |= 1ULL << (row % 64);
  values.holds_null = values.holds_null || !is_valid;
}

// A place for what is NULL too, so that rows stay where they are.
void put_nothing(SqliteValues& values, duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return values.whole.push_back(0);
    case DUCKDB_TYPE_DOUBLE:
      return values.numbers.push_back(0);
    case DUCKDB_TYPE_BOOLEAN:
      return values.truths.push_back(0);
    case DUCKDB_TYPE_UUID:
      return values.uuids.push_back({});
    case DUCKDB_TYPE_SQLNULL:
      return;
    default:
      return values.texts.push_back({});
  }
}

const void* data_of(const SqliteValues& values) {
  switch (values.type) {
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return values.whole.data();
    case DUCKDB_TYPE_DOUBLE:
      return values.numbers.data();
    case DUCKDB_TYPE_BOOLEAN:
      return values.truths.data();
    case DUCKDB_TYPE_UUID:
      return values.uuids.data();
    default:
      return values.texts.data();
  }
}

std::string_view bytes_of(sqlite3_stmt* program, int column) {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(program, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(program, column))};
}

[[noreturn]] void refuse_value(sqlite3_stmt* program, int column) {
  throw Error{ErrorKind::corrupt, "column " + std::string(sqlite3_column_name(program, column)) +
                                      " of the SQLite file holds a value of another type than it "
                                      "was made for"};
}

}  // namespace

SqliteResult::SqliteResult(SqliteProgram program, SqliteFailure failed)
    : program_(std::move(program)), failed_(std::move(failed)) {
  const int count = sqlite3_column_count(program_.get());
  for (int i = 0; i < count; ++i) {
    declared_.push_back(declared_type(sqlite3_column_decltype(program_.get(), i)));
    columns.push_back({.name = sqlite3_column_name(program_.get(), i)});
    names.push_back(columns.back().name);
  }
}

SqliteResult::~SqliteResult() {
  if (program_) (void)sqlite3_reset(program_.get());
}

void SqliteResult::fetch_all() {
  while (auto rows_read = fetch()) fetched_.push_back(std::move(rows_read));
}

std::unique_ptr<SqliteRows> SqliteResult::fetch() {
  if (!program_) return nullptr;
  auto made = std::make_unique<SqliteRows>();
  made->columns.resize(columns.size());
  while (made->count < kSqliteRowsAtOnce) {
    const int code = sqlite3_step(program_.get());
    if (code == SQLITE_ROW) {
      read_row(*made);
      continue;
    }
    if (columns.empty()) {
      rows_changed = sqlite3_changes64(sqlite3_db_handle(program_.get()));
    }
    if (code != SQLITE_DONE) failed_(code);
    (void)sqlite3_reset(program_.get());
    program_.reset();
    break;
  }
  return made->count > 0 ? std::move(made) : nullptr;
}

void SqliteResult::read_row(SqliteRows& made) {
  for (int i = 0; i < static_cast<int>(columns.size()); ++i) read_value(made, i);
  ++made.count;
}

void SqliteResult::read_value(SqliteRows& made, int column) {
  sqlite3_stmt* program = program_.get();
  const auto place = static_cast<std::size_t>(column);
  SqliteValues& values = made.columns[place];
  const int storage = sqlite3_column_type(program, column);
  if (values.type == DUCKDB_TYPE_SQLNULL) {
    values.type =
        declared_[place] == DUCKDB_TYPE_INVALID ? type_of_value(storage) : declared_[place];
    for (std::size_t row_before = 0; row_before < made.count; ++row_before) {
      put_nothing(values, values.type);
    }
  }
  set_valid(values, made.count, storage != SQLITE_NULL);
  if (storage == SQLITE_NULL) return put_nothing(values, values.type);
  if (!is_of_type(values.type, storage)) refuse_value(program, column);
  switch (values.type) {
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return values.whole.push_back(sqlite3_column_int64(program, column));
    case DUCKDB_TYPE_BOOLEAN:
      return values.truths.push_back(sqlite3_column_int64(program, column) != 0 ? 1 : 0);
    case DUCKDB_TYPE_DOUBLE:
      return values.numbers.push_back(sqlite3_column_double(program, column));
    case DUCKDB_TYPE_UUID: {
      const std::string_view bytes = bytes_of(program, column);
      if (bytes.size() != kUuidBytes) refuse_value(program, column);
      Uuid uuid;
      std::memcpy(uuid.bytes.data(), bytes.data(), kUuidBytes);
      return values.uuids.push_back(to_engine(uuid));
    }
    default:
      return values.texts.push_back(string_of(bytes_of(program, column), made.kept));
  }
}

bool SqliteResult::next_chunk() {
  if (fetched_.empty()) {
    present_ = fetch();
  } else {
    present_ = std::move(fetched_.front());
    fetched_.pop_front();
  }
  row = 0;
  rows = present_ ? present_->count : 0;
  if (!present_) return false;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const SqliteValues& values = present_->columns[i];
    columns[i].type = values.type;
    columns[i].storage = values.type;
    columns[i].data = data_of(values);
    columns[i].validity = values.holds_null ? values.validity.data() : nullptr;
  }
  return true;
}

}  // namespace shelduck::store::detail
