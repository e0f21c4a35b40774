// What the command line of `serve` says, as what a server is made of.
//
// Threads: any. Failure: Error(invalid_input) for what no server can be, Error(not_found, io) for a
// token file
//          that cannot be read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/cli/request.hpp"
#include "shelduck/http/token.hpp"
#include "shelduck/server/served_database.hpp"
#include "shelduck/server/socket_group.hpp"
#include "shelduck/wire/line_mapping.hpp"

namespace shelduck::server {

// Of an older program's two variables the one that has the address.
[[nodiscard]] std::string who_said_address(const commands::ParsedCommand& arguments);

// All values of an option that may stand more than once.
[[nodiscard]] std::vector<std::string> option_texts(const cli::Request& request,
                                                    std::string_view option);

[[nodiscard]] std::vector<wire::LineMapping> mappings_of(const cli::Request& request);

// Of the token file, read anew each time; none where none is named.
[[nodiscard]] std::optional<http::TokenTable> tokens_of(const cli::Request& request);

[[nodiscard]] std::optional<SocketGroup> group_of(const cli::Request& request);

// Others may not enter the folders of one user.
[[nodiscard]] std::filesystem::path socket_folder(const cli::Request& request);

// How long readings are kept; for ever where it is not said.
[[nodiscard]] std::optional<Seconds> retained(const cli::Request& request,
                                              const std::vector<NamedDatabase>& databases);

}  // namespace shelduck::server
