#include "shelduck/http/shared.hpp"

#include <utility>

#include "shelduck/http/problem.hpp"

namespace shelduck::http {

Rules Shared::rules() {
  const std::scoped_lock lock{mutex_};
  return {.router = router,
          .neighbours = options.neighbours,
          .tokens = tokens_,
          .body_bytes = options.limits.body_bytes,
          .gzip_from = options.limits.gzip_from};
}

void Shared::replace_tokens(TokenTable table) {
  const std::scoped_lock lock{mutex_};
  tokens_ = std::make_shared<const TokenTable>(std::move(table));
}

bool Shared::take_body_bytes(std::size_t bytes) {
  if (body_bytes.fetch_add(bytes) + bytes <= options.limits.bodies_bytes) return true;
  body_bytes.fetch_sub(bytes);
  return false;
}

void BodyShare::grow_to(std::size_t bytes) {
  if (bytes <= bytes_) return;
  if (!shared_.take_body_bytes(bytes - bytes_)) {
    throw Refusal{503, "the bodies of all requests together have reached their limit"};
  }
  bytes_ = bytes;
}

}  // namespace shelduck::http
