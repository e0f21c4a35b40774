// Routes of the server itself: alive, ready, counted, documented.
#pragma once

#include <functional>
#include <vector>

#include "shelduck/http/route.hpp"
#include "shelduck/server/metrics.hpp"
#include "shelduck/server/served_database.hpp"

namespace shelduck::server {

// Borrowed; outlives the routes.
struct Operations {
  std::vector<ServedDatabase*> databases;
  Metrics& metrics;
  std::function<std::vector<MetricFamily>()> counted;  // what is told beside the server's own
};

[[nodiscard]] std::vector<http::Route> operation_routes(const Operations& operations);

// GET /openapi.json: documents all routes that there are, and itself.
void add_documentation(std::vector<http::Route>& routes);

}  // namespace shelduck::server
