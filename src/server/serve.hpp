// `shelduck serve`: owns a database and answers until it is told to stop.
#pragma once

#include <span>

#include "shelduck/cli/handlers.hpp"

namespace shelduck::server {

// The commands of this room, for the engine program.
[[nodiscard]] std::span<const cli::Binding> bindings();

}  // namespace shelduck::server
