#include "shelduck/server/recording_problems.hpp"

#include <algorithm>

#include "shelduck/http/problem.hpp"
#include "shelduck/server/media_type.hpp"

namespace shelduck::server {

std::vector<http::RouteAnswer> recording_problems() {
  return {{400, "The body or a parameter cannot be read; nothing of it is recorded."},
          {413, "The body is too large, as it comes or decoded."},
          {503, "The journal could not be written, or too much waits: try again."},
          {507, "Less than the disk floor is free."}};
}

http::Response wrong_type(const http::Request& request, std::string_view rule) {
  constexpr int kTypeRefused = 415;
  return http::problem_response(kTypeRefused, rule, request.id,
                                {.field = "content-type",
                                 .value = http::shown_value(media_type_of(request)),
                                 .rule = std::string(rule)});
}

}  // namespace shelduck::server
