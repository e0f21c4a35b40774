// How one record changes one row. Merging is commutative: whatever the order of the records, the
// row ends the same, and so does the set of records that were refused.
//
//   if (const auto loser = merge(row, started)) quarantine(*loser);
//
// Of two contents for one fact the one with the lower content_hash() stays; the other is returned,
// in its journal form, as it was when it came. Pure functions; safe from any thread.
#pragma once

#include <optional>

#include "shelduck/history/rows.hpp"

namespace shelduck::history {

using Loser = std::optional<EncodedRecord>;

[[nodiscard]] Loser merge(RunRow& row, const RunStarted& record);
[[nodiscard]] Loser merge(RunRow& row, const RunEnded& record);
void merge(RunRow& row, const RunInterrupted& record);

[[nodiscard]] Loser merge(ExecutionRow& row, const ExecutionStarted& record);
[[nodiscard]] Loser merge(ExecutionRow& row, const ExecutionEnded& record);
void merge(ExecutionRow& row, const ExecutionInterrupted& record);

// A row that is known only by the key in one of its records, or in one of its children's.
// A run that only its executions name has no start time.
[[nodiscard]] RunRow placeholder(const RunId& id, const std::string& source);
[[nodiscard]] ExecutionRow placeholder(const ExecutionKey& key);

// Of a placeholder that several records name: the lowest key stands until the start record comes.
// Whether the row of an execution changed.
bool merge_key(ExecutionRow& row, const ExecutionKey& key);
void merge_key(RunRow& row, const RunKey& key);

[[nodiscard]] StepRow to_row(const StepMeasured& record);
[[nodiscard]] EstimateRow to_row(const EstimateMade& record);
[[nodiscard]] ForecastRow to_row(const ForecastIssued& record);

// The records that a row was made of, as far as they have come.
[[nodiscard]] RunStarted started_of(const RunRow& row);
[[nodiscard]] RunEnded ended_of(const RunRow& row, const RunKey& key);
[[nodiscard]] ExecutionStarted started_of(const ExecutionRow& row);
[[nodiscard]] ExecutionEnded ended_of(const ExecutionRow& row, const ExecutionKey& key);

// The record that a row was made of; steps and estimates take their key from their execution.
[[nodiscard]] EncodedRecord to_record(const StepRow& row, const ExecutionKey& key);
[[nodiscard]] EncodedRecord to_record(const EstimateRow& row, const ExecutionKey& key);
[[nodiscard]] EncodedRecord to_record(const ForecastRow& row);

[[nodiscard]] ExecutionKey key_of(const ExecutionRow& row);

}  // namespace shelduck::history
