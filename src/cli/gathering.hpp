// Everything about this process that a request needs, read once: the command line with its
// settings, the caller's name and run, the paths it means.
#pragma once

#include "shelduck/cli/request.hpp"
#include "shelduck/commands/settings.hpp"

namespace shelduck::cli {

struct Surroundings {
  commands::Environment environment;
  CancelToken& cancel;
  Progress& progress;
};

// Failure: Error as resolving and reading say; nothing has been made or opened by then.
[[nodiscard]] Request gather(commands::ParsedCommand resolved, const Surroundings& surroundings);

[[nodiscard]] Paths paths_of(const commands::ParsedCommand& resolved);

}  // namespace shelduck::cli
