#include "shelduck/store/appender.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "shelduck/core/utf8.hpp"
#include "shelduck/store/duckdb_engine.hpp"

namespace shelduck::store {

namespace detail {

namespace {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
};

struct Target {
  std::string name;
  duckdb_type type = DUCKDB_TYPE_INVALID;
  duckdb_type storage = DUCKDB_TYPE_INVALID;
  LogicalTypeHandle logical;
  std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>> words;
  duckdb_vector vector = nullptr;
  void* data = nullptr;
  std::uint64_t* validity = nullptr;

  void set_null(std::size_t row) {
    if (validity == nullptr) {
      duckdb_vector_ensure_validity_writable(vector);
      validity = duckdb_vector_get_validity(vector);
    }
    validity[row / 64] &= ~(1ULL << (row % 64));
  }

  template <class T>
  void put(std::size_t row, T value) {
    static_cast<T*>(data)[row] = value;
  }
};

[[noreturn]] void refuse(const Target& target, const std::string& value, std::string_view rule) {
  throw Error{ErrorKind::invalid_input,
              "column " + target.name + " does not take " + value + ": " + std::string(rule),
              {.field = target.name, .value = value, .rule = std::string(rule)}};
}

bool fits(duckdb_type storage, std::int64_t value) {
  switch (storage) {
    case DUCKDB_TYPE_TINYINT:
      return std::in_range<std::int8_t>(value);
    case DUCKDB_TYPE_SMALLINT:
      return std::in_range<std::int16_t>(value);
    case DUCKDB_TYPE_INTEGER:
      return std::in_range<std::int32_t>(value);
    case DUCKDB_TYPE_UTINYINT:
      return std::in_range<std::uint8_t>(value);
    case DUCKDB_TYPE_USMALLINT:
      return std::in_range<std::uint16_t>(value);
    case DUCKDB_TYPE_UINTEGER:
      return std::in_range<std::uint32_t>(value);
    case DUCKDB_TYPE_UBIGINT:
      return value >= 0;
    case DUCKDB_TYPE_BOOLEAN:
      return value == 0 || value == 1;
    default:
      return storage == DUCKDB_TYPE_BIGINT;
  }
}

void put_integer(Target& target, std::size_t row, std::int64_t value) {
  switch (target.storage) {
    case DUCKDB_TYPE_BOOLEAN:
      return target.put(row, value != 0);
    case DUCKDB_TYPE_TINYINT:
      return target.put(row, static_cast<std::int8_t>(value));
    case DUCKDB_TYPE_SMALLINT:
      return target.put(row, static_cast<std::int16_t>(value));
    case DUCKDB_TYPE_INTEGER:
      return target.put(row, static_cast<std::int32_t>(value));
    case DUCKDB_TYPE_UTINYINT:
      return target.put(row, static_cast<std::uint8_t>(value));
    case DUCKDB_TYPE_USMALLINT:
      return target.put(row, static_cast<std::uint16_t>(value));
    case DUCKDB_TYPE_UINTEGER:
      return target.put(row, static_cast<std::uint32_t>(value));
    default:
      return target.put(row, value);
  }
}

// check() refuses a value for a column; put() stores one that passed. Both per C++ type.
struct Checker {
  const Target& target;

  void operator()(std::monostate) const {}
  void operator()(bool value) const {
    if (target.type != DUCKDB_TYPE_BOOLEAN) refuse(target, value ? "true" : "false", "its type");
  }
  void operator()(std::int64_t value) const {
    if (target.type == DUCKDB_TYPE_DOUBLE || target.type == DUCKDB_TYPE_FLOAT) return;
    if (target.type == DUCKDB_TYPE_ENUM || !fits(target.storage, value)) {
      refuse(target, std::to_string(value), "an integer that fits its type");
    }
  }
  void operator()(std::uint64_t value) const {
    if (target.storage == DUCKDB_TYPE_UBIGINT) return;
    if (!std::in_range<std::int64_t>(value)) {
      refuse(target, std::to_string(value), "an integer that fits its type");
    }
    (*this)(static_cast<std::int64_t>(value));
  }
  void operator()(double value) const {
    require_storable(value, target.name);
    if (target.type != DUCKDB_TYPE_DOUBLE && target.type != DUCKDB_TYPE_FLOAT) {
      refuse(target, std::to_string(value), "its type");
    }
  }
  void operator()(std::string_view value) const {
    require_storable(value, target.name);
    if (target.type == DUCKDB_TYPE_VARCHAR) return;
    if (target.type != DUCKDB_TYPE_ENUM || target.words.find(value) == target.words.end()) {
      refuse(target, "'" + std::string(value.substr(0, 100)) + "'",
             "its type or its list of words");
    }
  }
  void operator()(Instant value) const {
    if (target.type != DUCKDB_TYPE_TIMESTAMP_TZ && target.type != DUCKDB_TYPE_TIMESTAMP) {
      refuse(target, to_string(value), "its type");
    }
  }
  void operator()(const Uuid& value) const {
    if (target.type != DUCKDB_TYPE_UUID) refuse(target, to_string(value), "its type");
  }
  void operator()(Bytes value) const {
    if (target.type != DUCKDB_TYPE_BLOB) {
      refuse(target, std::to_string(value.size()) + " bytes", "its type");
    }
  }
};

struct Writer {
  Target& target;
  std::size_t row;

  void operator()(std::monostate) const { target.set_null(row); }
  void operator()(bool value) const { target.put(row, value); }
  void operator()(std::int64_t value) const {
    if (target.type == DUCKDB_TYPE_DOUBLE || target.type == DUCKDB_TYPE_FLOAT) {
      (*this)(static_cast<double>(value));
    } else {
      put_integer(target, row, value);
    }
  }
  void operator()(std::uint64_t value) const {
    if (target.storage == DUCKDB_TYPE_UBIGINT) {
      target.put(row, value);
    } else {
      (*this)(static_cast<std::int64_t>(value));
    }
  }
  void operator()(double value) const {
    if (target.type == DUCKDB_TYPE_FLOAT) {
      target.put(row, static_cast<float>(value));
    } else {
      target.put(row, value);
    }
  }
  void operator()(std::string_view value) const {
    if (target.type == DUCKDB_TYPE_ENUM) {
      put_integer(target, row, target.words.find(value)->second);
    } else {
      duckdb_unsafe_vector_assign_string_element_len(target.vector, row, value.data(),
                                                     value.size());
    }
  }
  void operator()(Instant value) const {
    target.put(row, static_cast<std::int64_t>(value.time_since_epoch().count()));
  }
  void operator()(const Uuid& value) const { target.put(row, to_engine(value)); }
  void operator()(Bytes value) const {
    duckdb_vector_assign_string_element_len(
        target.vector, row, reinterpret_cast<const char*>(value.data()), value.size());
  }
};

// A column's element as the type that Checker and Writer know.
std::int64_t plain(std::int64_t value) { return value; }
std::int64_t plain(std::int32_t value) { return value; }
std::int64_t plain(std::int16_t value) { return value; }
std::int64_t plain(std::uint8_t value) { return value; }
std::int64_t plain(std::uint16_t value) { return value; }
std::uint64_t plain(std::uint64_t value) { return value; }
double plain(double value) { return value; }
Instant plain(Instant value) { return value; }
Uuid plain(const Uuid& value) { return value; }
std::string_view plain(std::string_view value) { return value; }
std::string_view plain(const std::string& value) { return value; }

bool is_present(const Column& column, std::size_t row) {
  return column.present.empty() || column.present[row] != 0;
}

std::size_t length(const Column& column) {
  return std::visit([](const auto& values) { return values.size(); }, column.values);
}

void check_column(const Target& target, const Column& column) {
  const Checker check{target};
  std::visit(
      [&](const auto& values) {
        for (std::size_t i = 0; i < values.size(); ++i) {
          if (is_present(column, i)) check(plain(values[i]));
        }
      },
      column.values);
}

struct Slice {
  std::size_t from;  // in the source
  std::size_t size;
};

void write_column(Target& target, const Column& column, Slice slice) {
  std::visit(
      [&](const auto& values) {
        for (std::size_t i = 0; i < slice.size; ++i) {
          if (is_present(column, slice.from + i)) {
            Writer{target, i}(plain(values[slice.from + i]));
          } else {
            target.set_null(i);
          }
        }
      },
      column.values);
}

Target describe_target(duckdb_appender appender, std::size_t index, std::string name) {
  Target target;
  target.name = std::move(name);
  target.logical = LogicalTypeHandle{duckdb_appender_column_type(appender, index)};
  target.type = duckdb_get_type_id(target.logical.get());
  target.storage = target.type;
  if (target.type != DUCKDB_TYPE_ENUM) return target;
  target.storage = duckdb_enum_internal_type(target.logical.get());
  const std::uint32_t size = duckdb_enum_dictionary_size(target.logical.get());
  for (std::uint32_t i = 0; i < size; ++i) {
    char* word = duckdb_enum_dictionary_value(target.logical.get(), i);
    target.words.emplace(word, i);
    duckdb_free(word);
  }
  return target;
}

}  // namespace

struct AppenderImpl {
  ConnectionImpl* connection = nullptr;
  std::string table;
  AppenderHandle handle;
  std::vector<Target> targets;
  ChunkHandle chunk;
  std::size_t filled = 0;  // rows in the chunk
  std::int64_t rows = 0;
  bool is_open = false;

  [[noreturn]] void fail() {
    const ErrorDataHandle data{duckdb_appender_error_data(handle.get())};
    const char* message = duckdb_error_data_message(data.get());
    const EngineError error{duckdb_error_data_error_type(data.get()),
                            message != nullptr ? message : "the appender failed"};
    detail::fail(*connection, error, "append to " + table);
  }

  void require_open() const {
    connection->require_usable();
    if (!is_open) throw Error{ErrorKind::bug, "the appender for " + table + " is closed"};
  }

  void make_chunk() {
    std::vector<duckdb_logical_type> types;
    for (const Target& target : targets) types.push_back(target.logical.get());
    chunk = ChunkHandle{duckdb_create_data_chunk(types.data(), types.size())};
    look_at_vectors();
  }

  void look_at_vectors() {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      targets[i].vector = duckdb_data_chunk_get_vector(chunk.get(), i);
      targets[i].data = duckdb_vector_get_data(targets[i].vector);
      targets[i].validity = nullptr;
    }
  }

  void hand_over() {
    if (filled == 0) return;
    duckdb_data_chunk_set_size(chunk.get(), filled);
    if (duckdb_append_data_chunk(handle.get(), chunk.get()) != DuckDBSuccess) fail();
    rows += static_cast<std::int64_t>(filled);
    filled = 0;
    duckdb_data_chunk_reset(chunk.get());
    look_at_vectors();
  }
};

namespace {

// Not by a query: that takes a millisecond, and a batch of the journal makes several appenders.
std::vector<std::string> column_names(const ConnectionImpl& connection, const std::string& table) {
  std::vector<std::string> names;
  TableDescriptionHandle description;
  if (duckdb_table_description_create(detail::duckdb_of(connection), nullptr, table.c_str(),
                                      description.out()) != DuckDBSuccess) {
    return names;
  }
  const idx_t count = duckdb_table_description_get_column_count(description.get());
  for (idx_t i = 0; i < count; ++i) {
    char* name = duckdb_table_description_get_column_name(description.get(), i);
    names.emplace_back(name);
    duckdb_free(name);
  }
  return names;
}

}  // namespace

}  // namespace detail

Appender::Appender(Transaction& transaction, std::string_view table,
                   std::initializer_list<std::string_view> columns)
    : impl_(std::make_unique<detail::AppenderImpl>()) {
  detail::ConnectionImpl& connection = transaction.connection().impl();
  connection.require_usable();
  if (transaction.state() != Transaction::State::open) {
    throw Error{ErrorKind::bug, "an appender needs an open transaction"};
  }
  impl_->connection = &connection;
  impl_->table = table;
  if (duckdb_appender_create(detail::duckdb_of(connection), nullptr, impl_->table.c_str(),
                             impl_->handle.out()) != DuckDBSuccess) {
    impl_->fail();
  }
  std::vector<std::string> names{columns.begin(), columns.end()};
  if (names.empty()) {
    names = detail::column_names(connection, impl_->table);
  } else {
    for (const std::string& name : names) {
      if (duckdb_appender_add_column(impl_->handle.get(), name.c_str()) != DuckDBSuccess) {
        impl_->fail();
      }
    }
  }
  const idx_t count = duckdb_appender_column_count(impl_->handle.get());
  if (count != names.size()) throw Error{ErrorKind::bug, "table " + impl_->table + " is ambiguous"};
  for (idx_t i = 0; i < count; ++i) {
    impl_->targets.push_back(detail::describe_target(impl_->handle.get(), i, names[i]));
  }
  impl_->make_chunk();
  impl_->is_open = true;
  ++connection.appenders;
}

Appender::~Appender() {
  if (!impl_->is_open) return;
  // Destroying an appender flushes it: what was not closed is thrown away first.
  duckdb_appender_clear(impl_->handle.get());
  --impl_->connection->appenders;
}

void Appender::row(std::span<const Parameter> values) {
  impl_->require_open();
  if (values.size() != impl_->targets.size()) {
    throw Error{ErrorKind::bug, "table " + impl_->table + " was given " +
                                    std::to_string(values.size()) + " values for " +
                                    std::to_string(impl_->targets.size()) + " columns"};
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::visit(detail::Checker{impl_->targets[i]}, values[i].value());
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::visit(detail::Writer{impl_->targets[i], impl_->filled}, values[i].value());
  }
  if (++impl_->filled == duckdb_vector_size()) impl_->hand_over();
}

void Appender::row(std::initializer_list<Parameter> values) {
  row(std::span<const Parameter>{values.begin(), values.size()});
}

void Appender::append(std::span<const Column> columns) {
  impl_->require_open();
  const std::size_t rows = columns.empty() ? 0 : detail::length(columns.front());
  for (const Column& column : columns) {
    const bool is_even =
        detail::length(column) == rows && (column.present.empty() || column.present.size() == rows);
    if (is_even && columns.size() == impl_->targets.size()) continue;
    throw Error{ErrorKind::bug, "columns of different length, or too few, for " + impl_->table};
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    detail::check_column(impl_->targets[i], columns[i]);
  }
  impl_->hand_over();
  for (std::size_t from = 0; from < rows;) {
    const std::size_t size = std::min<std::size_t>(rows - from, duckdb_vector_size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      detail::write_column(impl_->targets[i], columns[i], {from, size});
    }
    impl_->filled = size;
    impl_->hand_over();
    from += size;
  }
}

void Appender::close() {
  impl_->require_open();
  impl_->hand_over();
  if (duckdb_appender_close(impl_->handle.get()) != DuckDBSuccess) impl_->fail();
  impl_->is_open = false;
  --impl_->connection->appenders;
}

std::int64_t Appender::rows() const noexcept {
  return impl_->rows + static_cast<std::int64_t>(impl_->filled);
}

}  // namespace shelduck::store
