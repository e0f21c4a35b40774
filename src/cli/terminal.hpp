// What the environment and the descriptors of this process say about talking to a person.
#pragma once

#include "shelduck/cli/progress.hpp"
#include "shelduck/commands/settings.hpp"

namespace shelduck::cli {

// The options of a progress line on standard error; nothing is drawn unless that is a terminal, and
// not with --quiet, --no-progress, CI set or TERM=dumb.
[[nodiscard]] ProgressOptions progress_of(const commands::ParsedCommand& command,
                                          const commands::Environment& environment);

// Whether a person can be asked: standard input and standard error are terminals.
[[nodiscard]] bool can_ask() noexcept;

}  // namespace shelduck::cli
