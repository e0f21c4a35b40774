#include "shelduck/http/router.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "shelduck/core/error.hpp"

namespace shelduck::http {
namespace {

using Captures = std::map<std::string, std::string>;

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::optional<Captures> match(std::string_view pattern, std::string_view path) {
  Captures captures;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view given = take_segment(path);
    if (wanted.starts_with('{')) {
      captures.emplace(wanted.substr(1, wanted.size() - 2), given);
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return captures;
}

std::string joined(const std::set<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const auto is_same = [&](const Route& other) {
      return other.method == routes_[i].method && other.path == routes_[i].path;
    };
    if (std::any_of(routes_.begin(), routes_.begin() + static_cast<std::ptrdiff_t>(i), is_same)) {
      throw Error{ErrorKind::bug, "two routes of " + routes_[i].path};
    }
  }
}

Router::Found Router::find(Method method, std::string_view path) const {
  const Method wanted = method == Method::head ? Method::get : method;
  Found found;
  std::set<std::string_view> allowed;
  for (const Route& route : routes_) {
    std::optional<Captures> captures = match(route.path, path);
    if (!captures) continue;
    allowed.insert({to_string(route.method), "OPTIONS"});
    if (route.method == Method::get) allowed.insert("HEAD");
    if (route.method != wanted || found.route != nullptr) continue;
    found.route = &route;
    found.captures = std::move(*captures);
  }
  found.allow = joined(allowed);
  return found;
}

}  // namespace shelduck::http
