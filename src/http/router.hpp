// Router finds the route of a request in the one table of routes.
//
//   const Router router{routes};
//   const Router::Found found = router.find(Method::get, "/api/history/runs/42");
//   found.route->handler(...)        // found.captures: {"id", "42"}
//
// A HEAD finds the route of the GET. A path without this method gives the methods it has (for 405
// and OPTIONS); one that is in no row gives none (404).
// Threads: constant after it is made. Failure: Error(bug) for two rows of one method and path.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/http/route.hpp"

namespace shelduck::http {

class Router {
 public:
  struct Found {
    const Route* route = nullptr;
    std::map<std::string, std::string> captures;
    std::string allow;  // "GET, HEAD, OPTIONS, PUT"; empty where nothing is
  };

  explicit Router(std::vector<Route> routes);

  [[nodiscard]] Found find(Method method, std::string_view path) const;
  [[nodiscard]] const std::vector<Route>& routes() const noexcept { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace shelduck::http
