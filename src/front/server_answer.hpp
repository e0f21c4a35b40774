// The shortest way to an answer: a question of a database that a server owns is handed to it from
// here, and no engine is started.
#pragma once

#include <optional>

#include "shelduck/commands/report.hpp"
#include "shelduck/commands/settings.hpp"

namespace shelduck::front {

// The exit code; nothing where no server answers, or where the command needs the engine program:
// those that read or write files of the caller's.
// Failure: Error as delegation::delegate.
[[nodiscard]] std::optional<int> ask_server(const commands::ParsedCommand& parsed,
                                            const commands::SettingSources& sources,
                                            commands::ErrorForm error_form);

}  // namespace shelduck::front
