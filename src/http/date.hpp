// The date of an answer as HTTP writes it (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
#pragma once

#include <string>

#include "shelduck/core/time.hpp"

namespace shelduck::http {

[[nodiscard]] std::string http_date(Instant instant);

}  // namespace shelduck::http
