// `shelduck run start|current|end`: brackets around the executions of one update.
#pragma once

#include "shelduck/commands/settings.hpp"

namespace shelduck::front {

// `resolved` is of one of the three. Throws Error.
void run_command(const commands::ParsedCommand& resolved, const commands::Environment& environment);

}  // namespace shelduck::front
