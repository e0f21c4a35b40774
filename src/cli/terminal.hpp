// What the command line, the environment and the descriptors of this process say about how an
// answer looks.
#pragma once

#include "shelduck/cli/request.hpp"
#include "shelduck/commands/settings.hpp"

namespace shelduck::cli {

// Width: that of the terminal behind standard output, else COLUMNS, else none.
// Colour: --color, else on a terminal that is not dumb, unless NO_COLOR is set.
[[nodiscard]] Terminal terminal_of(const commands::ParsedCommand& command,
                                   const commands::Environment& environment);

// The options of a progress line on standard error; nothing is drawn unless that is a terminal, and
// not with --quiet, --no-progress, CI set or TERM=dumb.
[[nodiscard]] ProgressOptions progress_of(const commands::ParsedCommand& command,
                                          const commands::Environment& environment);

// Whether a person can be asked: standard input and standard error are terminals.
[[nodiscard]] bool can_ask() noexcept;

}  // namespace shelduck::cli
