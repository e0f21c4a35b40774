// `shelduck exec`: measures and records another program's work.
#pragma once

#include "shelduck/commands/settings.hpp"

namespace shelduck::front {

// Returns the exit code of this process; a child that a signal ended takes this process with it.
// Throws Error only before the child is started.
[[nodiscard]] int exec_command(commands::ParsedCommand parsed,
                               const commands::SettingSources& sources);

}  // namespace shelduck::front
