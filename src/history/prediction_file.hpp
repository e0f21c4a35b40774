// Keeps the small file of predictions beside a database (history.duckdb.predictions), from which
// `exec` draws remaining times without an engine.
//
// Threads: two for the fits.
// Failure: Error io or exhausted; the file before stays whole then, or is absent.
#pragma once

#include <string>

#include "shelduck/history/models.hpp"
#include "shelduck/history/records/prediction_table.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {

// The wall clock of the next execution of every plugin and phase that has enough of a history.
// With `read_model` also by what was trained before.
[[nodiscard]] PredictionTable prediction_table(store::Connection& connection, Instant now,
                                               const ReadModel& read_model = {});

// Writes a file of this process beside `database` and renames it into place. A reader sees the old
// table or the new one. Nothing is synced: what a power cut takes away is made again.
void replace_prediction_file(const std::string& database, const PredictionTable& table);

}  // namespace shelduck::history
