#include "shelduck/store/duckdb_engine.hpp"

#include <string>
#include <utility>
#include <variant>

// The header calls it deprecated, and leaves it out; nothing else streams, and it is exported.
extern "C" duckdb_state duckdb_execute_prepared_streaming(duckdb_prepared_statement statement,
                                                          duckdb_result* result);

namespace shelduck::store::detail {

namespace {

struct Binder {
  duckdb_prepared_statement statement;
  idx_t index;

  duckdb_state operator()(std::monostate) const { return duckdb_bind_null(statement, index); }
  duckdb_state operator()(bool value) const { return duckdb_bind_boolean(statement, index, value); }
  duckdb_state operator()(std::int64_t value) const {
    return duckdb_bind_int64(statement, index, value);
  }
  duckdb_state operator()(std::uint64_t value) const {
    return duckdb_bind_uint64(statement, index, value);
  }
  duckdb_state operator()(double value) const {
    return duckdb_bind_double(statement, index, value);
  }
  duckdb_state operator()(std::string_view value) const {
    return duckdb_bind_varchar_length(statement, index, value.data(), value.size());
  }
  duckdb_state operator()(Instant value) const {
    return duckdb_bind_timestamp_tz(statement, index, {value.time_since_epoch().count()});
  }
  duckdb_state operator()(const Uuid& value) const {
    duckdb_uhugeint number{0, 0};
    for (std::size_t i = 0; i < 8; ++i) {
      number.upper = number.upper << 8U | value.bytes[i];
      number.lower = number.lower << 8U | value.bytes[i + 8];
    }
    const ValueHandle made{duckdb_create_uuid(number)};
    return duckdb_bind_value(statement, index, made.get());
  }
  duckdb_state operator()(Bytes value) const {
    return duckdb_bind_blob(statement, index, value.data(), value.size());
  }
};

std::string owned(char* text) {
  std::string copy = text != nullptr ? text : "";
  duckdb_free(text);
  return copy;
}

ResultColumn describe_column(duckdb_result& result, idx_t index) {
  ResultColumn column;
  column.name = duckdb_column_name(&result, index);
  column.type = duckdb_column_type(&result, index);
  column.storage = column.type;
  const LogicalTypeHandle logical{duckdb_column_logical_type(&result, index)};
  if (column.type == DUCKDB_TYPE_DECIMAL) {
    column.storage = duckdb_decimal_internal_type(logical.get());
    column.scale = duckdb_decimal_scale(logical.get());
  }
  if (column.type == DUCKDB_TYPE_ENUM) {
    column.storage = duckdb_enum_internal_type(logical.get());
    const std::uint32_t size = duckdb_enum_dictionary_size(logical.get());
    for (std::uint32_t word = 0; word < size; ++word) {
      column.words.push_back(owned(duckdb_enum_dictionary_value(logical.get(), word)));
    }
  }
  return column;
}

struct DuckdbResult final : ResultImpl {
  duckdb_result result{};
  ChunkHandle chunk;

  DuckdbResult() = default;
  ~DuckdbResult() override { duckdb_destroy_result(&result); }
  DuckdbResult(const DuckdbResult&) = delete;
  DuckdbResult& operator=(const DuckdbResult&) = delete;

  void describe() {
    const idx_t count = duckdb_column_count(&result);
    for (idx_t i = 0; i < count; ++i) {
      columns.push_back(describe_column(result, i));
      names.push_back(columns.back().name);
    }
    if (duckdb_result_return_type(result) == DUCKDB_RESULT_TYPE_CHANGED_ROWS) {
      rows_changed = static_cast<std::int64_t>(duckdb_rows_changed(&result));
    }
  }

  bool next_chunk() override {
    chunk = ChunkHandle{duckdb_fetch_chunk(result)};
    rows = chunk.get() != nullptr ? duckdb_data_chunk_get_size(chunk.get()) : 0;
    row = 0;
    if (rows == 0) {
      // The end and a late error look alike.
      const char* message = duckdb_result_error(&result);
      if (message != nullptr && *message != '\0') {
        throw make_error({duckdb_result_error_type(&result), message}, "");
      }
      return false;
    }
    for (idx_t i = 0; i < columns.size(); ++i) {
      duckdb_vector vector = duckdb_data_chunk_get_vector(chunk.get(), i);
      columns[i].data = duckdb_vector_get_data(vector);
      columns[i].validity = duckdb_vector_get_validity(vector);
    }
    return true;
  }
};

class DuckdbStatement final : public EngineStatement {
 public:
  DuckdbStatement(ConnectionImpl& owner, duckdb_connection connection, const std::string& sql)
      : owner_(owner), sql_(sql) {
    if (duckdb_prepare(connection, sql.c_str(), handle_.out()) == DuckDBSuccess) return;
    const char* message = duckdb_prepare_error(handle_.get());
    fail(owner, parse_engine_error(message != nullptr ? message : "cannot prepare"), sql);
  }

  [[nodiscard]] std::size_t parameters() const override { return duckdb_nparams(handle_.get()); }

  [[nodiscard]] std::unique_ptr<ResultImpl> execute(std::span<const Parameter> values,
                                                    Delivery delivery) override {
    duckdb_clear_bindings(handle_.get());
    for (std::size_t i = 0; i < values.size(); ++i) bind(i, values[i]);
    auto made = std::make_unique<DuckdbResult>();
    const auto send = delivery == Delivery::streamed ? duckdb_execute_prepared_streaming
                                                     : duckdb_execute_prepared;
    if (send(handle_.get(), &made->result) != DuckDBSuccess) {
      fail(owner_, {duckdb_result_error_type(&made->result), duckdb_result_error(&made->result)},
           sql_);
    }
    made->describe();
    return made;
  }

 private:
  void bind(std::size_t index, const Parameter& value) {
    if (std::visit(Binder{handle_.get(), index + 1}, value.value()) == DuckDBSuccess) return;
    const char* message = duckdb_prepare_error(handle_.get());
    fail(owner_, {DUCKDB_ERROR_INVALID_INPUT, message != nullptr ? message : "cannot bind"}, sql_);
  }

  ConnectionImpl& owner_;
  const std::string& sql_;  // of the statement that owns this
  PreparedHandle handle_;
};

// An interrupt that comes too late for the statement that it is meant for meets the next one, which
// may be a ROLLBACK: the engine would keep the transaction, and refuse all that follows on the
// connection.
constexpr int kTriesMax = 100;

class DuckdbConnection final : public EngineConnection {
 public:
  explicit DuckdbConnection(ConnectionImpl& owner) : owner_(owner) {
    const DatabaseImpl& database = *owner.database;
    if (duckdb_connect(database.handle.get(), handle_.out()) == DuckDBSuccess) return;
    throw Error{ErrorKind::fatal, "cannot connect to " + database.path.string()};
  }

  [[nodiscard]] duckdb_connection handle() const { return handle_.get(); }

  [[nodiscard]] std::unique_ptr<EngineStatement> prepare(const std::string& sql) override {
    return std::make_unique<DuckdbStatement>(owner_, handle_.get(), sql);
  }

  void run_script(const std::string& sql) override {
    duckdb_result result{};
    const duckdb_state state = duckdb_query(handle_.get(), sql.c_str(), &result);
    EngineError error;
    if (state != DuckDBSuccess) {
      error = {duckdb_result_error_type(&result), duckdb_result_error(&result)};
    }
    duckdb_destroy_result(&result);
    if (state != DuckDBSuccess) fail(owner_, error, sql);
  }

  [[nodiscard]] bool has_table(std::string_view table) override {
    const std::string name{table};
    TableDescriptionHandle found;
    if (duckdb_table_description_create(handle_.get(), nullptr, name.c_str(), found.out()) ==
        DuckDBSuccess) {
      return true;
    }
    // It fails for other reasons too, which a query reports.
    return StatementImpl{owner_,
                         "SELECT 1 FROM duckdb_tables() WHERE table_name = ? AND NOT internal"}
        .execute(std::array{Parameter{table}})
        .first()
        .has_value();
  }

  [[nodiscard]] std::vector<std::string> tables() override {
    std::vector<std::string> tables;
    const Result found =
        StatementImpl{owner_,
                      "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal "
                      "AND database_name = current_database() ORDER BY table_name"}
            .execute({});
    for (const Row row : found) tables.push_back(row.get<std::string>(0));
    return tables;
  }

  [[nodiscard]] std::vector<MemoryUse> memory_use() override {
    std::vector<MemoryUse> uses;
    const Result found =
        StatementImpl{owner_,
                      "SELECT lower(tag), memory_usage_bytes, temporary_storage_bytes "
                      "FROM duckdb_memory() ORDER BY tag"}
            .execute({});
    for (const Row row : found) {
      uses.push_back({row.get<std::string>(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2)});
    }
    return uses;
  }

  std::string roll_back() noexcept override {
    std::string said;
    for (int tries = 0; tries < kTriesMax; ++tries) {
      duckdb_result result{};
      const duckdb_state state = duckdb_query(handle_.get(), "ROLLBACK", &result);
      const bool is_interrupted =
          state != DuckDBSuccess && duckdb_result_error_type(&result) == DUCKDB_ERROR_INTERRUPT;
      said = state == DuckDBSuccess ? "" : duckdb_result_error(&result);
      duckdb_destroy_result(&result);
      if (!is_interrupted) break;
    }
    return said;
  }

  void interrupt() noexcept override { duckdb_interrupt(handle_.get()); }

 private:
  ConnectionImpl& owner_;
  ConnectionHandle handle_;
};

}  // namespace

std::unique_ptr<EngineConnection> connect_duckdb(ConnectionImpl& owner) {
  return std::make_unique<DuckdbConnection>(owner);
}

duckdb_connection duckdb_of(const ConnectionImpl& connection) {
  if (const auto* found = dynamic_cast<const DuckdbConnection*>(connection.engine.get())) {
    return found->handle();
  }
  throw Error{ErrorKind::bug, "this is done by DuckDB alone, and the connection is of another"};
}

void fail(ConnectionImpl& connection, const EngineError& error, std::string_view sql) {
  const Aftermath aftermath = is_poisonous(error.type) ? Aftermath::poisoned : Aftermath::usable;
  if (kind_of(error) == ErrorKind::corrupt) {
    connection.fail(damage_error(error, connection.database->path), aftermath);
  }
  connection.fail(make_error(error, sql), aftermath);
}

}  // namespace shelduck::store::detail
