// The OpenAPI 3.1 document of a table of routes, so that what is documented is what is routed.
//
//   const Document document = openapi(router.routes(), {.title = "Shelduck", .version = "0.1.0"});
#pragma once

#include <span>
#include <string>

#include "shelduck/core/document.hpp"
#include "shelduck/http/route.hpp"

namespace shelduck::http {

struct ApiTitle {
  std::string title;
  std::string version;
  std::string description{};
};

[[nodiscard]] Document openapi(std::span<const Route> routes, const ApiTitle& title);

}  // namespace shelduck::http
