// Routes of the server itself: alive, ready, counted, documented.
#pragma once

#include <functional>
#include <vector>

#include "shelduck/http/route.hpp"
#include "shelduck/server/metrics.hpp"
#include "shelduck/store/service.hpp"

namespace shelduck::server {

// Borrowed; outlives the routes.
struct Operations {
  store::Service& service;
  Metrics& metrics;
  std::function<bool()> has_space;  // above the disk floor
};

[[nodiscard]] std::vector<http::Route> operation_routes(const Operations& operations);

// GET /openapi.json: documents all routes that there are, and itself.
void add_documentation(std::vector<http::Route>& routes);

}  // namespace shelduck::server
