#include "shelduck/store/transaction.hpp"

#include <string>

#include "shelduck/store/engine.hpp"

namespace shelduck::store {

namespace {

std::string_view name_of(Transaction::State state) {
  switch (state) {
    case Transaction::State::open:
      return "open";
    case Transaction::State::committed:
      return "committed";
    case Transaction::State::rolled_back:
      return "rolled back";
    case Transaction::State::failed:
      return "failed";
  }
  return "unknown";
}

std::string_view begin_of(const detail::ConnectionImpl& impl, Transaction::Aim aim) {
  const detail::DatabaseImpl& database = *impl.database;
  const bool is_sole_writer = aim == Transaction::Aim::writing &&
                              database.backend == Backend::sqlite &&
                              database.access == Access::read_write;
  return is_sole_writer ? "BEGIN IMMEDIATE" : "BEGIN";
}

}  // namespace

Transaction::Transaction(Connection& connection, LogSink log)
    : Transaction(connection, Aim::writing, std::move(log)) {}

Transaction::Transaction(Connection& connection, Aim aim, LogSink log)
    : connection_(connection), log_(std::move(log)) {
  detail::ConnectionImpl& impl = connection.impl();
  if (impl.transaction != nullptr) {
    throw Error{ErrorKind::bug, "this connection has a transaction already"};
  }
  try {
    connection.run_script(begin_of(impl, aim));
  } catch (const Error&) {
    (void)impl.engine->roll_back();  // it may have begun
    throw;
  }
  impl.transaction = &state_;
}

Transaction::~Transaction() {
  if (state_ != State::open && state_ != State::failed) return;
  detail::ConnectionImpl& impl = connection_.impl();
  impl.transaction = nullptr;
  const std::string said = impl.engine->roll_back();
  std::string line = "a transaction was rolled back: it was left " + std::string(name_of(state_));
  if (!said.empty() && !impl.database->is_poisoned) line += ", and ROLLBACK said: " + said;
  if (log_) log_(LogLevel::debug, line);
}

void Transaction::require_open(std::string_view action) const {
  if (state_ == State::open) return;
  throw Error{ErrorKind::bug, std::string(action) + " in a transaction that is " +
                                  std::string(name_of(state_)) +
                                  ": nothing of it is stored unless "
                                  "it was committed"};
}

void Transaction::end(State state) noexcept {
  state_ = state;
  connection_.impl().transaction = nullptr;
}

Result Transaction::query(std::string_view sql, std::initializer_list<Parameter> parameters) {
  require_open("a statement");
  return connection_.query(sql, parameters);
}

std::int64_t Transaction::execute(std::string_view sql,
                                  std::initializer_list<Parameter> parameters) {
  require_open("a statement");
  return connection_.execute(sql, parameters);
}

void Transaction::commit() {
  require_open("commit");
  if (connection_.impl().appenders > 0) {
    state_ = State::failed;
    throw Error{ErrorKind::bug, "commit while an appender is open: close() it first"};
  }
  connection_.run_script("COMMIT");
  end(State::committed);
}

void Transaction::rollback() {
  if (state_ != State::failed) require_open("rollback");
  // A failed transaction answers every statement with an error, but not this one.
  const State before = state_;
  state_ = State::open;
  try {
    connection_.run_script("ROLLBACK");
  } catch (const Error&) {
    state_ = before == State::open ? State::failed : before;
    throw;
  }
  end(State::rolled_back);
}

}  // namespace shelduck::store
