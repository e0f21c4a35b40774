#include "shelduck/store/connection.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "shelduck/store/duckdb_engine.hpp"
#include "shelduck/store/sqlite_engine.hpp"

namespace shelduck::store {

namespace detail {

ConnectionImpl::ConnectionImpl(DatabaseImpl& owner) : database(&owner) {
  if (owner.is_poisoned) {
    throw Error{ErrorKind::fatal,
                "database " + owner.path.string() + " failed before",
                {.hint = "close it and open it again"}};
  }
  engine = owner.backend == Backend::sqlite ? connect_sqlite(*this) : connect_duckdb(*this);
  ++owner.connections;
}

ConnectionImpl::~ConnectionImpl() {
  engine.reset();
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

void ConnectionImpl::fail(const Error& error, Aftermath aftermath) {
  mark_failed();
  if (aftermath == Aftermath::poisoned) database->is_poisoned = true;
  throw Error{error};
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

Backend Connection::backend() const noexcept { return impl_->database->backend; }

bool Connection::has_table(std::string_view table) {
  impl_->require_usable();
  return impl_->engine->has_table(table);
}

std::vector<std::string> Connection::tables() {
  impl_->require_usable();
  return impl_->engine->tables();
}

std::vector<MemoryUse> Connection::memory_use() {
  impl_->require_usable();
  std::vector<MemoryUse> uses = impl_->engine->memory_use();
  std::erase_if(uses, [](const MemoryUse& use) { return use.bytes + use.spilled_bytes == 0; });
  std::ranges::sort(uses, std::greater{}, &MemoryUse::bytes);
  return uses;
}

void Connection::run_script(std::string_view sql) {
  impl_->require_usable();
  impl_->engine->run_script(std::string{sql});
}

void Connection::interrupt() noexcept { impl_->engine->interrupt(); }

Row Connection::only_row(const Result& result, std::string_view sql) {
  const std::optional<Row> row = result.first();
  if (!row) {
    throw Error{ErrorKind::bug, "a query for one value gave no row: " + std::string(sql)};
  }
  return *row;
}

}  // namespace shelduck::store
