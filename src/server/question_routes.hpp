// Questions of the table of commands as routes: the same handlers, the same documents.
//
//   std::vector<http::Route> routes = history_routes({.service = service, ...});
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "shelduck/cli/handlers.hpp"
#include "shelduck/http/route.hpp"
#include "shelduck/server/answer_cache.hpp"
#include "shelduck/store/service.hpp"

namespace shelduck::server {

// What every question of one database shares. Borrowed; outlives the routes.
struct Questions {
  store::Service& service;
  std::filesystem::path database;
  store::Domain domain;
  Clock clock;
  RandomSource random;
  AnswerCache& answers;
  // The reason of a failure that its answer hides, by the request's id.
  std::function<void(std::string_view id, std::string_view reason)> failed;
};

[[nodiscard]] std::vector<http::Route> history_routes(const Questions& questions);
[[nodiscard]] std::vector<http::Route> sensor_routes(const Questions& questions);

}  // namespace shelduck::server
