#include "shelduck/store/connection.hpp"

#include <string>

#include "shelduck/store/engine.hpp"

namespace shelduck::store {

namespace detail {

ConnectionImpl::ConnectionImpl(DatabaseImpl& owner) : database(&owner) {
  if (owner.is_poisoned) {
    throw Error{ErrorKind::fatal,
                "database " + owner.path.string() + " failed before",
                {.hint = "close it and open it again"}};
  }
  if (duckdb_connect(owner.handle.get(), handle.out()) != DuckDBSuccess) {
    throw Error{ErrorKind::fatal, "cannot connect to " + owner.path.string()};
  }
  ++owner.connections;
}

ConnectionImpl::~ConnectionImpl() {
  handle.reset();
  --database->connections;
}

void ConnectionImpl::require_usable() const {
  if (database->is_poisoned) {
    throw Error{ErrorKind::fatal,
                "database " + database->path.string() + " is unusable after a fatal error",
                {.hint = "close it and open it again"}};
  }
  if (transaction != nullptr && *transaction == Transaction::State::failed) {
    throw Error{ErrorKind::bug, "the transaction has failed; nothing may be done in it any more"};
  }
}

void ConnectionImpl::mark_failed() noexcept {
  if (transaction != nullptr && *transaction == Transaction::State::open) {
    *transaction = Transaction::State::failed;
  }
}

void ConnectionImpl::fail(const EngineError& error, std::string_view sql) {
  mark_failed();
  if (is_poisonous(error.type)) database->is_poisoned = true;
  if (kind_of(error) == ErrorKind::corrupt) throw damage_error(error, database->path);
  throw make_error(error, sql);
}

}  // namespace detail

Connection::Connection(Database& database)
    : impl_(std::make_unique<detail::ConnectionImpl>(database.impl())) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result Connection::query(std::string_view sql, std::span<const Parameter> parameters) {
  return detail::StatementImpl{*impl_, sql}.execute(parameters);
}

Result Connection::query(std::string_view sql, std::initializer_list<Parameter> parameters) {
  return query(sql, std::span<const Parameter>{parameters.begin(), parameters.size()});
}

Result Connection::stream(std::string_view sql, std::initializer_list<Parameter> parameters) {
  return detail::StatementImpl{*impl_, sql}.execute({parameters.begin(), parameters.size()},
                                                    detail::Delivery::streamed);
}

std::int64_t Connection::execute(std::string_view sql,
                                 std::initializer_list<Parameter> parameters) {
  return query(sql, parameters).rows_changed();
}

bool Connection::has_table(std::string_view table) {
  impl_->require_usable();
  const std::string name{table};
  detail::TableDescriptionHandle found;
  if (duckdb_table_description_create(impl_->handle.get(), nullptr, name.c_str(), found.out()) ==
      DuckDBSuccess) {
    return true;
  }
  // It fails for other reasons too, which a query reports.
  return query("SELECT 1 FROM duckdb_tables() WHERE table_name = ? AND NOT internal", {table})
      .first()
      .has_value();
}

void Connection::run_script(std::string_view sql) {
  impl_->require_usable();
  duckdb_result result{};
  const std::string text{sql};
  const duckdb_state state = duckdb_query(impl_->handle.get(), text.c_str(), &result);
  detail::EngineError error;
  if (state != DuckDBSuccess) {
    error = {duckdb_result_error_type(&result), duckdb_result_error(&result)};
  }
  duckdb_destroy_result(&result);
  if (state != DuckDBSuccess) impl_->fail(error, sql);
}

void Connection::interrupt() noexcept { duckdb_interrupt(impl_->handle.get()); }

Row Connection::only_row(const Result& result, std::string_view sql) {
  const std::optional<Row> row = result.first();
  if (!row) {
    throw Error{ErrorKind::bug, "a query for one value gave no row: " + std::string(sql)};
  }
  return *row;
}

}  // namespace shelduck::store
