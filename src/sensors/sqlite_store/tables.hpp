// SqliteReadingTables lays readings upon the tables of migrations/, within one transaction.
#pragma once

#include "shelduck/sensors/reading_tables.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::sensors {

// Of a row in the order of readings' columns, and of nodes'.
[[nodiscard]] Reading stored_reading_of(const store::Row& row);
[[nodiscard]] NodeRow stored_node_of(const store::Row& row);

// All of them, in their order.
inline constexpr std::string_view kStoredReading =
    "node_address, \"timestamp\", temperature_centidegrees, humidity_centipercent, flags, "
    "received_at";
inline constexpr std::string_view kStoredNode =
    "address, label, total_readings, first_seen_at, newest_received_at, newest_timestamp, "
    "newest_temperature_centidegrees, newest_humidity_centipercent, newest_flags, "
    "newest_reading_received_at";

class SqliteReadingTables final : public ReadingTables {
 public:
  // Borrows the transaction.
  explicit SqliteReadingTables(store::Transaction& transaction) : transaction_(transaction) {}

  [[nodiscard]] std::int64_t edge() override;
  [[nodiscard]] std::int64_t node_count() override;
  [[nodiscard]] std::vector<std::uint64_t> prune(std::int64_t edge) override;
  [[nodiscard]] std::vector<NodeRow> nodes(std::span<const std::uint64_t> addresses) override;
  [[nodiscard]] std::vector<NodeRow> recount(std::span<const std::uint64_t> addresses) override;
  void save(std::span<const NodeRow> nodes) override;
  [[nodiscard]] std::vector<Reading> find(std::span<const ReadingKey> keys) override;
  void remove(std::span<const ReadingKey> keys) override;
  void append(std::span<const Reading> readings) override;
  void keep_refused(std::span<const RefusedRow> rows) override;
  void drop_refused(std::int64_t before) override;
  void drop_refused(std::span<const RefusedRowsDropped::Row> rows) override;
  void drop_conflicts_before(std::int64_t edge) override;

 private:
  struct Retention {
    std::int64_t edge = 0;
    std::int64_t refused_before = 0;
  };
  [[nodiscard]] Retention retention();
  void set_retention(const Retention& retention);
  void evict_refused();

  store::Transaction& transaction_;
};

}  // namespace shelduck::sensors
