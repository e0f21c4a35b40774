// `shelduck sensors serial`: from a serial port into the journal, until a signal.
#pragma once

#include "shelduck/commands/settings.hpp"

namespace shelduck::front {

void serial_command(const commands::ParsedCommand& resolved,
                    const commands::Environment& environment);

}  // namespace shelduck::front
