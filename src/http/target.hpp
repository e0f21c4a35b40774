// Target is what a request line names: a path and a query, decoded once and strictly.
//
//   const Target target = parse_target("/api/history/stats?plugin=apt%20get&days=30");
//   target.path;    // "/api/history/stats"
//   target.query;   // {"plugin", "apt get"}, {"days", "30"}
//
// Only the origin form (RFC 9112, 3.2.1). `+` is a space in the query, as forms write it. The path
// may hold no empty segment, `.`, `..` or encoded slash, so that it means one thing to everybody.
// Failure: Error(invalid_input) naming what breaks which rule: a bad percent sign, a control
//          character, bytes that are not UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shelduck/http/message.hpp"

namespace shelduck::http {

struct Target {
  std::string path;
  std::vector<Field> query;
};

[[nodiscard]] Target parse_target(std::string_view text);

}  // namespace shelduck::http
