// The engine program behind its main(): one command line in, one exit code out.
#pragma once

#include <span>
#include <string>

#include "shelduck/cli/handlers.hpp"
#include "shelduck/commands/settings.hpp"

namespace shelduck::cli {

// Reads and writes the standard streams, blocks signals, opens files: call it once, from main().
// `more` binds the commands of rooms above this one.
[[nodiscard]] int run_program(std::span<const std::string> words,
                              const commands::Environment& environment,
                              std::span<const Binding> more = {});

}  // namespace shelduck::cli
