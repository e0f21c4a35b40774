// The names by which an older program for the same sensors took its settings: DB_BACKEND,
// SENSOR_DB_PATH, DUCKDB_PATH, DB_BATCH_SIZE, DB_FLUSH_INTERVAL, DB_MEMORY_LIMIT, DB_THREADS, HOST
// and PORT. They count where they are set, below SHELDUCK_* and above the files. HOST and PORT are
// anybody's names, so they count only beside one of the others.
//
// Failure: Error(invalid_input) that names the variable.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shelduck/commands/settings.hpp"

namespace shelduck::commands {

struct OldWord {
  std::string text;
  std::string variable;  // which said it
};

// What they say of a setting, by its name of today.
[[nodiscard]] std::optional<OldWord> old_word(std::string_view setting,
                                              const Environment& environment);

}  // namespace shelduck::commands
