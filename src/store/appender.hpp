// Appender is the fast way in: rows into one table within one transaction.
//
//   Appender executions{transaction, "plugin_executions", {"execution_id", "run_id", "status"}};
//   for (const Execution& e : batch) executions.row({e.id, e.run_id, e.status});
//   executions.close();          // the rows are in the transaction now
//   transaction.commit();
//
// Values go straight into the engine's column vectors; whole columns can be handed over with
// append(). Columns that are not named get their DEFAULT. Enum columns take their word as text.
// Non-finite numbers, text that is no UTF-8, a word that is not in the enum, an integer that does
// not fit: refused with ErrorKind::invalid_input before any row of that call is taken, and the
// transaction stays usable. The engine itself would find them only when the batch is flushed, and
// lose all of it.
// An Appender exists only inside a Transaction and must die before it; what was not closed is
// thrown away by the destructor. An error of the engine in append() or close() makes the
// transaction fail.
// Threads: one at a time, the thread that owns the connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "shelduck/store/parameter.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::store {

namespace detail {
struct AppenderImpl;
}

// One whole column: as many values as the batch has rows, borrowed for the call. Where `present`
// is not empty it has one entry per row, and 0 means NULL.
struct Column {
  std::variant<std::span<const std::int64_t>, std::span<const std::int32_t>,
               std::span<const double>, std::span<const Instant>, std::span<const Uuid>,
               std::span<const std::string_view>, std::span<const std::string>,
               std::span<const std::uint8_t>, std::span<const std::uint64_t>,
               std::span<const std::int16_t>, std::span<const std::uint16_t>>
      values;  // uint8_t is for boolean and small unsigned columns
  std::span<const std::uint8_t> present{};
};

class Appender {
 public:
  // All columns of the table in their order where `columns` is empty.
  Appender(Transaction& transaction, std::string_view table,
           std::initializer_list<std::string_view> columns = {});
  ~Appender();
  Appender(Appender&&) = delete;
  Appender& operator=(Appender&&) = delete;

  // One value for each column.
  void row(std::initializer_list<Parameter> values);
  void row(std::span<const Parameter> values);

  // One Column for each column, all of one length.
  void append(std::span<const Column> columns);
  void append(std::initializer_list<Column> columns) {
    append(std::span<const Column>{columns.begin(), columns.size()});
  }

  // Hands every row over to the transaction; the appender is finished then.
  void close();

  [[nodiscard]] std::int64_t rows() const noexcept;

 private:
  std::unique_ptr<detail::AppenderImpl> impl_;
};

}  // namespace shelduck::store
