// The commands about the program itself: help, version, completion, config show.
#pragma once

#include "shelduck/commands/settings.hpp"

namespace shelduck::front {

void help_command(const commands::ParsedCommand& parsed, const commands::Environment& environment);
void version_command(const commands::ParsedCommand& parsed);
void completion_command(const commands::ParsedCommand& parsed);
void config_command(const commands::ParsedCommand& parsed, const commands::SettingSources& sources);

}  // namespace shelduck::front
