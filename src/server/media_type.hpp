// What a body is said to be: the type alone, in small letters, without parameters.
//
//   media_type_of(request) == "application/json"
#pragma once

#include <string>

#include "shelduck/http/message.hpp"

namespace shelduck::server {

// Empty where nothing is said.
[[nodiscard]] inline std::string media_type_of(const http::Request& request) {
  std::string type = request.field("content-type").value_or("");
  type.resize(std::min(type.find_first_of("; \t"), type.size()));
  for (char& letter : type) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return type;
}

}  // namespace shelduck::server
