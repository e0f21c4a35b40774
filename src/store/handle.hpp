// Handle owns one object of the engine's C interface. Private to the store.
//
//   using ConnectionHandle = Handle<duckdb_connection, duckdb_disconnect>;
//   duckdb_connect(database, connection.out());
#pragma once

#include <duckdb.h>

#include <utility>

namespace shelduck::store::detail {

template <class Raw, auto destroy>
class Handle {
 public:
  Handle() = default;
  explicit Handle(Raw raw) noexcept : raw_(raw) {}
  Handle(Handle&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      raw_ = std::exchange(other.raw_, nullptr);
    }
    return *this;
  }
  ~Handle() { reset(); }

  [[nodiscard]] Raw get() const noexcept { return raw_; }

  // For the C function that makes the object.
  [[nodiscard]] Raw* out() noexcept {
    reset();
    return &raw_;
  }

  void reset() noexcept {
    if (raw_ != nullptr) destroy(&raw_);
    raw_ = nullptr;
  }

 private:
  Raw raw_ = nullptr;
};

using DatabaseHandle = Handle<duckdb_database, duckdb_close>;
using ConnectionHandle = Handle<duckdb_connection, duckdb_disconnect>;
using ConfigHandle = Handle<duckdb_config, duckdb_destroy_config>;
using PreparedHandle = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using ChunkHandle = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using LogicalTypeHandle = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using ValueHandle = Handle<duckdb_value, duckdb_destroy_value>;
using AppenderHandle = Handle<duckdb_appender, duckdb_appender_destroy>;
using TableDescriptionHandle = Handle<duckdb_table_description, duckdb_table_description_destroy>;
using ErrorDataHandle = Handle<duckdb_error_data, duckdb_destroy_error_data>;

}  // namespace shelduck::store::detail
