// A Transaction groups writes so that all of them reach the file or none does.
//
//   Transaction transaction{connection, log};
//   transaction.execute("DELETE FROM step_metrics WHERE execution_id = ?", {id});
//   transaction.commit();  // without this line the destructor rolls back
//
// Only commit() commits. The engine answers COMMIT of an aborted transaction with success and rolls
// back in silence, and some errors leave the transaction open: so here every error, of whatever
// kind and through whichever object of this connection, makes the transaction fail, and only its
// destruction is left.
// Threads: one at a time, the thread that owns `connection`, which must outlive this object.
// Failure: members throw Error. ErrorKind::conflict means: start again with fresh reads.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "shelduck/core/log.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::store {

class Transaction {
 public:
  enum class State { open, committed, rolled_back, failed };

  // What it is for. One that writes is of its engine's only writer from its begin on, where the
  // engine has one: else it might read rows first and then be refused, because another program
  // wrote meanwhile. One that reads waits for nobody.
  enum class Aim { writing, reading };

  // BEGIN. A connection has one transaction at a time. `log` hears of a rollback nobody asked for.
  explicit Transaction(Connection& connection, LogSink log = silent());
  Transaction(Connection& connection, Aim aim, LogSink log = silent());
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Result query(std::string_view sql, std::initializer_list<Parameter> parameters = {});
  std::int64_t execute(std::string_view sql, std::initializer_list<Parameter> parameters = {});

  // Makes the writes durable. An error here does not prove that they are not: the engine can
  // report a failed checkpoint after the commit reached the disk. Only what was written says
  // (a position, an id); read it from a database opened afresh.
  void commit();

  // Gives the writes up, without a word to the log.
  void rollback();

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] Connection& connection() noexcept { return connection_; }

 private:
  void require_open(std::string_view action) const;
  void end(State state) noexcept;

  Connection& connection_;
  LogSink log_;
  State state_ = State::open;
};

}  // namespace shelduck::store
