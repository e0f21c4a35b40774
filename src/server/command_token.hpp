// Handler of `shelduck token add`, and the file that it adds to.
#pragma once

#include <filesystem>

#include "shelduck/cli/handlers.hpp"
#include "shelduck/http/token.hpp"

namespace shelduck::server {

[[nodiscard]] cli::Answer add_token(const cli::Request& request);

// Throws Error: not_found, io, or invalid_input naming file, line and rule.
[[nodiscard]] http::TokenTable read_token_file(const std::filesystem::path& file);

}  // namespace shelduck::server
