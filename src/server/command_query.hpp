// A row of the table of commands, asked over HTTP: parameters are named as its flags, in
// snake_case, and its positionals as their names in small letters.
//
//   GET /api/history/trend?plugin=apt&metric=cpu_seconds&granularity=day
//   const ParsedCommand parsed = parse_query(*find_command("history trend"), request);
//
// Values are judged by the same rules as on the command line; defaults are the table's, because
// settings and environment are the server's own and not its client's.
// Failure: Error(invalid_input) that names parameter, value and rule.
#pragma once

#include <vector>

#include "shelduck/commands/parse.hpp"
#include "shelduck/http/route.hpp"

namespace shelduck::server {

// Credentials of old collectors, which are no parameter of any question.
[[nodiscard]] bool is_credential(std::string_view parameter) noexcept;

[[nodiscard]] commands::ParsedCommand parse_query(const commands::Command& command,
                                                  const http::Request& request);

// What the route of this command takes, for its documentation; `path` names what it captures.
[[nodiscard]] std::vector<http::RouteParameter> parameters_of(const commands::Command& command,
                                                              std::string_view path);

}  // namespace shelduck::server
