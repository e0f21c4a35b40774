#include "shelduck/http/exchange.hpp"

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/http/coding.hpp"
#include "shelduck/http/problem.hpp"
#include "shelduck/http/target.hpp"

namespace shelduck::http {
namespace {

Scope scope_of(const Request& request, const TokenTable* tokens) {
  if (tokens == nullptr) return Scope::admin;
  const std::optional<std::string> token = credentials(request);
  if (!token) return Scope::open;
  const std::optional<Scope> scope = tokens->scope_of(*token);
  if (scope) return *scope;
  throw ExchangeRefusal{401, "a token of this server", {"www-authenticate", "Bearer"}};
}

void require_scope(const Exchange& exchange) {
  const Scope needed = exchange.route->scope;
  if (exchange.request.scope >= needed) return;
  const std::string word{to_string(needed)};
  if (exchange.request.scope == Scope::open) {
    throw ExchangeRefusal{401, "credentials with scope " + word, {"www-authenticate", "Bearer"}};
  }
  throw Refusal{403, "a token with scope " + word};
}

// False where there is no ticket to judge.
bool admit_by_ticket(const Exchange& exchange) {
  if (!exchange.route->redeem) return false;
  const std::optional<std::string> ticket = exchange.request.query_value("ticket");
  if (!ticket) return false;
  if (exchange.route->redeem(*ticket)) return true;
  throw ExchangeRefusal{
      401, "a ticket that is new: each is good once and soon", {"www-authenticate", "Bearer"}};
}

void find_route(Exchange& exchange, const Rules& rules) {
  const bool is_everything = exchange.head.target == "*";
  Router::Found found = is_everything
                            ? Router::Found{}
                            : rules.router.find(exchange.request.method, exchange.request.path);
  exchange.allow = is_everything ? "GET, HEAD, OPTIONS" : std::move(found.allow);
  if (exchange.allow.empty()) throw Refusal{404, "Endpoint not found"};
  if (exchange.request.method == Method::options) return;
  if (found.route == nullptr) {
    throw ExchangeRefusal{405, "this path takes " + exchange.allow, {"allow", exchange.allow}};
  }
  exchange.route = found.route;
  exchange.request.captures = std::move(found.captures);
}

void judge_body(Exchange& exchange, const Rules& rules) {
  const std::string coding = exchange.head.field("content-encoding").value_or("identity");
  exchange.is_coded = coding == "gzip" || coding == "x-gzip";
  if (!exchange.is_coded && coding != "identity") {
    const std::string rule = "a body without coding, or gzip";
    throw ExchangeRefusal{
        415,
        rule,
        {"accept-encoding", "gzip"},
        {.field = "content-encoding", .value = shown_value(coding), .rule = rule}};
  }
  const std::uint64_t length = exchange.head.content_length.value_or(0);
  if (length > rules.body_bytes) {
    const std::string rule = "a body of at most " + std::to_string(rules.body_bytes) + " bytes";
    throw Refusal{
        413, rule, {.field = "content-length", .value = std::to_string(length), .rule = rule}};
  }
}

std::string_view opaque_part(std::string_view tag) {
  tag.remove_prefix(std::min(tag.find_first_not_of(" \t"), tag.size()));
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag.substr(0, tag.find_last_not_of(" \t") + 1);
}

// The weak comparison (RFC 9110, 13.1.2). Our tags hold no comma.
bool has_tag(std::string_view list, std::string_view tag) {
  if (opaque_part(list) == "*") return true;
  while (!list.empty()) {
    const std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(one.size() + 1, list.size()));
    if (opaque_part(one) == opaque_part(tag)) return true;
  }
  return false;
}

std::optional<std::string> field_of(const Response& response, std::string_view name) {
  const auto found = std::ranges::find(response.fields, name, &Field::first);
  if (found == response.fields.end()) return std::nullopt;
  return found->second;
}

void allow_origin(const Head& head, const Neighbours& known, Response& response) {
  const std::optional<std::string> origin = head.field("origin");
  if (!origin || std::ranges::find(known.origins, *origin) == known.origins.end()) return;
  response.fields.emplace_back("access-control-allow-origin", *origin);
  response.fields.emplace_back("vary", "Origin");
}

}  // namespace

Exchange open_exchange(Head head, std::string_view local_address, const Rules& rules) {
  Exchange exchange{.head = std::move(head)};
  judge_host(exchange.head, local_address, rules.neighbours);
  judge_origin(exchange.head, rules.neighbours);
  const std::optional<Method> method = parse_method(exchange.head.method);
  if (!method) throw Refusal{501, "a method that this server knows"};
  exchange.request.method = *method;
  exchange.request.target = exchange.head.target;
  exchange.request.fields = exchange.head.fields;
  if (exchange.head.target != "*") {
    Target target = parse_target(exchange.head.target);
    exchange.request.path = std::move(target.path);
    exchange.request.query = std::move(target.query);
  }
  find_route(exchange, rules);
  if (exchange.route != nullptr && exchange.route->scope != Scope::open) {
    if (admit_by_ticket(exchange)) {
      exchange.request.scope = exchange.route->scope;
    } else {
      exchange.request.scope = scope_of(exchange.request, rules.tokens.get());
      require_scope(exchange);
    }
  }
  judge_body(exchange, rules);
  return exchange;
}

Response options_response(const Exchange& exchange) {
  Response response{.status = 204, .content_type = "", .fields = {{"allow", exchange.allow}}};
  if (exchange.head.field("access-control-request-method")) {
    response.fields.emplace_back("access-control-allow-methods", exchange.allow);
    response.fields.emplace_back("access-control-allow-headers",
                                 "authorization, content-type, content-encoding, if-none-match");
    response.fields.emplace_back("access-control-max-age", "600");
  }
  return response;
}

void finish_response(const Head& head, const Rules& rules, Response& response) {
  allow_origin(head, rules.neighbours, response);
  const bool is_large = response.sent_body().size() >= rules.gzip_from;
  if (is_large) response.fields.emplace_back("vary", "Accept-Encoding");
  const std::optional<std::string> tag = field_of(response, "etag");
  if (tag && response.status == 200 && has_tag(head.field("if-none-match").value_or(""), *tag)) {
    response.status = 304;
    response.body.clear();
    response.kept_body.reset();
    response.content_type.clear();
    return;
  }
  if (!is_large) return;
  if (field_of(response, "content-encoding") ||
      !accepts_gzip(head.field("accept-encoding").value_or(""))) {
    return;
  }
  response.kept_body = response.gzip_body
                           ? response.gzip_body
                           : std::make_shared<const std::string>(gzip(response.sent_body()));
  response.fields.emplace_back("content-encoding", "gzip");
}

}  // namespace shelduck::http
