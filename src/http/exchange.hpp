// Exchange is one request on its way through a server: what the head said, the route that was
// found, and the answer. Private to the room; knows no socket, so it is tested without one.
//
//   Exchange exchange = open_exchange(head_text, local_address, rules);   // throws Refusal
//   ... body ...
//   finish(exchange.request, response, rules);      // ETag, gzip, CORS
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "shelduck/http/head.hpp"
#include "shelduck/http/origin.hpp"
#include "shelduck/http/router.hpp"
#include "shelduck/http/token.hpp"

namespace shelduck::http {

// What requests are judged by.
struct Rules {
  const Router& router;
  const Neighbours& neighbours;
  std::shared_ptr<const TokenTable> tokens;  // null: everybody may do everything
  std::size_t body_bytes = 0;
  std::size_t gzip_from = 0;
};

struct Exchange {
  Head head;
  Request request;
  const Route* route = nullptr;  // null for OPTIONS, whose answer is `allow`
  std::string allow;
  bool is_coded = false;  // the body is gzip
};

// Judges a head that framing has found right; throws Refusal. Fields that an answer needs anyhow
// (Allow of 405, WWW-Authenticate of 401) stand in `extra`.
class ExchangeRefusal : public Refusal {
 public:
  ExchangeRefusal(int status, const std::string& rule, Field extra, ErrorDetail cause = {})
      : Refusal(status, rule, std::move(cause)), extra_(std::move(extra)) {}
  [[nodiscard]] const Field& extra() const noexcept { return extra_; }

 private:
  Field extra_;
};

[[nodiscard]] Exchange open_exchange(Head head, std::string_view local_address, const Rules& rules);

[[nodiscard]] Response options_response(const Exchange& exchange);

// Makes an answer ready to go: CORS, 304 for an ETag that the client has, gzip.
void finish_response(const Head& head, const Rules& rules, Response& response);

}  // namespace shelduck::http
