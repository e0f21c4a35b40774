// What a client of HTTP is told of a failure: the engine's own words quote SQL and rows, so they
// stay in the log, whatever kind of error they stand for.
#pragma once

#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/http/problem.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::server {

[[nodiscard]] inline Error public_failure(const Error& error) {
  const bool is_of_engine = std::string_view(error.what()).starts_with(store::kEngineWords);
  if (!is_of_engine || http::is_private(error.kind())) return error;
  return Error{ErrorKind::bug, error.what()};
}

}  // namespace shelduck::server
