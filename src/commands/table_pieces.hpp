// The table's rows by part of the program; table.cpp joins them.
#pragma once

#include <span>

#include "shelduck/commands/table.hpp"

namespace shelduck::commands {

[[nodiscard]] std::span<const Command> recording_commands();       // exec, run
[[nodiscard]] std::span<const Command> history_commands();         // history ...
[[nodiscard]] std::span<const Command> forecast_commands();        // predict, ..., forecast ...
[[nodiscard]] std::span<const Command> sensors_commands();         // sensors nodes to export
[[nodiscard]] std::span<const Command> sensor_refused_commands();  // sensors quarantine ...
[[nodiscard]] std::span<const Command> sensor_upkeep_commands();   // sensors prune to rollback
[[nodiscard]] std::span<const Command> sensor_source_commands();   // sensors serial, simulate
[[nodiscard]] std::span<const Command> database_commands();        // db ...
[[nodiscard]] std::span<const Command> server_commands();          // serve, token ...
[[nodiscard]] std::span<const Command> program_commands();  // config, help, completion, version

}  // namespace shelduck::commands
