// `shelduck sensors simulate`: readings that are made up, on standard output.
#pragma once

#include "shelduck/commands/parse.hpp"

namespace shelduck::front {

void simulate_command(const commands::ParsedCommand& resolved);

}  // namespace shelduck::front
