// Routes that record: a client says under ids of its own what begins, what was measured and what
// ends. One row of a table each; the body's members are those of interop/recorded_json.hpp.
//
//   for (http::Route& route : record_routes({.service = service, ...})) routes.push_back(route);
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/http/route.hpp"
#include "shelduck/store/service.hpp"

namespace shelduck::server {

// What every recording of one database shares. Borrowed; outlives the routes.
struct Recordings {
  store::Service& service;
  std::string hostname;  // whose history it is where the client does not say
  Clock clock;
  RandomSource random;
  // The reason of a failure that its answer hides, by the request's id.
  std::function<void(std::string_view id, std::string_view reason)> failed;
};

[[nodiscard]] std::vector<http::Route> record_routes(const Recordings& recordings);

// Whether its body is said to be JSON; another one is answered with 415.
[[nodiscard]] bool is_json(const http::Request& request);

}  // namespace shelduck::server
