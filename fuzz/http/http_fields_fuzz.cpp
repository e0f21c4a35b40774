// Whatever a head says of credentials and of tags that its client has: the answer is sent whole, or
// as 304 without a body, and never to a token that nobody made.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/http/exchange.hpp"
#include "shelduck/http/head.hpp"

namespace shelduck::http {
namespace {

constexpr std::string_view kTag = "W/\"01928b4e\"";
constexpr std::string_view kBody = "an answer";
constexpr std::size_t kNeverGzip = 1UL << 20U;

void require(bool holds) {
  if (!holds) std::abort();
}

void judge_credentials(const Head& head) {
  Request request;
  request.fields = head.fields;
  const auto token = credentials(request);
  if (token) require(token->size() <= head.field("authorization").value_or("").size());
  require(!TokenTable{}.scope_of(token.value_or("")));
}

void judge_tag(const Head& head) {
  const Router router{{}};
  const Neighbours neighbours;
  const Rules rules{.router = router,
                    .neighbours = neighbours,
                    .tokens = nullptr,
                    .body_bytes = 0,
                    .gzip_from = kNeverGzip};
  Response response{.body = std::string(kBody), .fields = {{"etag", std::string(kTag)}}};
  finish_response(head, rules, response);
  const bool is_whole = response.status == 200 && response.body == kBody;
  require(is_whole || (response.status == 304 && response.body.empty()));
  require(is_whole || head.field("if-none-match").has_value());
}

void read_bytes(std::string_view bytes) {
  try {
    const Head head = read_head(bytes);
    judge_credentials(head);
    judge_tag(head);
  } catch (const Refusal& refusal) {
    require(refusal.status() >= 400 && refusal.status() < 600);
  }
}

}  // namespace
}  // namespace shelduck::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::http::read_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
