// Words of a command line, judged against the table of commands.
//
//   const ParsedCommand parsed = parse({"history", "stats", "apt", "--days", "30"});
//   parsed.command->path;          // "history stats"
//   parsed.positional("PLUGIN");   // "apt"
//   parsed.whole_number("days");   // 30
//
// Failure: Error(invalid_input) that names field, value and rule, and the near word as hint.
#pragma once

#include <span>
#include <string>

#include "shelduck/commands/parsed_command.hpp"

namespace shelduck::commands {

[[nodiscard]] ParsedCommand parse(std::span<const std::string> words);

}  // namespace shelduck::commands
