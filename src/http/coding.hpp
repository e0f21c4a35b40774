// Content codings: gzip in both ways (RFC 9110, 8.4.1).
//
//   const std::string body = gunzip(compressed, {.bytes = 64 << 20, .ratio = 100});
//   if (accepts_gzip(request.field("accept-encoding").value_or(""))) body = gzip(body);
//
// Failure: Refusal 413 for what grows beyond a limit, 400 for what is cut off or is no gzip.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "shelduck/http/head.hpp"

namespace shelduck::http {

struct DecodingLimits {
  std::size_t bytes = 64UL << 20U;
  std::size_t ratio = 100;               // of decoded to coded bytes, ...
  std::size_t ratio_free = 64UL << 10U;  // ... from this size on
};

[[nodiscard]] std::string gunzip(std::string_view coded, const DecodingLimits& limits = {});

// Level 1: on one processor the network is seldom slower than level 6.
[[nodiscard]] std::string gzip(std::string_view plain);

[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace shelduck::http
