// JSON from clients as it is taken: UTF-8, one object, shallow, no name twice. Private to the room.
//
//   const nlohmann::json body = parse_strictly(text);     // throws UnreadableBody
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace shelduck::interop {

[[nodiscard]] nlohmann::json parse_strictly(std::string_view text);

}  // namespace shelduck::interop
