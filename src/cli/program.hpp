// The engine program behind its main(): one command line in, one exit code out.
#pragma once

#include <span>
#include <string>

#include "shelduck/commands/settings.hpp"

namespace shelduck::cli {

// Reads and writes the standard streams, blocks signals, opens files: call it once, from main().
[[nodiscard]] int run_program(std::span<const std::string> words,
                              const commands::Environment& environment);

}  // namespace shelduck::cli
