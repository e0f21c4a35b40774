// What routes that take bodies answer where they record nothing.
#pragma once

#include <string_view>
#include <vector>

#include "shelduck/http/route.hpp"

namespace shelduck::server {

// Of every route that records, for its documentation: 400, 413, 503, 507.
[[nodiscard]] std::vector<http::RouteAnswer> recording_problems();

// 415, with what the body is said to be; the rule is "a body of type ...".
[[nodiscard]] http::Response wrong_type(const http::Request& request, std::string_view rule);

}  // namespace shelduck::server
