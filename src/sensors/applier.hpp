// What records mean: they are collected from frames, a bounded number at a time, and then laid
// upon the tables of a backend. Any order and any split gives the same tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "shelduck/sensors/reading_tables.hpp"
#include "shelduck/sensors/records/record.hpp"

namespace shelduck::sensors {

struct RecordBatch {
  std::vector<Reading> readings;
  std::vector<NodeLabelled> labels;
  std::vector<RefusedRow> refused;
  std::optional<std::int64_t> edge;            // the latest one
  std::optional<std::int64_t> dropped_before;  // the same
  std::vector<RefusedRowsDropped::Row> dropped;

  // Throws Error(corrupt) on a record that breaks a rule, and has taken nothing of it then.
  void add(std::uint16_t type, std::string_view payload);
};

// Returns the readings that were not there before, by key.
std::vector<Reading> apply(ReadingTables& tables, RecordBatch batch);

}  // namespace shelduck::sensors
