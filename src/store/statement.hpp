// Statement is prepared once and executed many times.
//
//   Statement find{connection, "SELECT status FROM runs WHERE run_id = ?"};
//   for (const RunId& id : ids) use(find.query({id}));
//
// A statement without parameters cannot be made: the engine bakes statistics of the moment into
// such a plan, and a second execution can give wrong rows. Send such texts with Connection::query.
// Threads: one at a time, the thread that owns `connection`, which must outlive the statement.
// Failure: members throw Error; see Connection.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "shelduck/store/connection.hpp"

namespace shelduck::store {

namespace detail {
struct StatementImpl;
}

class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  // As many values as the text has parameters.
  Result query(std::initializer_list<Parameter> parameters);
  Result query(std::span<const Parameter> parameters);
  std::int64_t execute(std::initializer_list<Parameter> parameters);
  std::int64_t execute(std::span<const Parameter> parameters);

 private:
  std::unique_ptr<detail::StatementImpl> impl_;
};

}  // namespace shelduck::store
