// The value of --listen: "127.0.0.1:8700", "[::1]:8700".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shelduck::server {

struct ListenAddress {
  std::string address;
  std::uint16_t port = 0;
};

// Failure: Error(invalid_input) naming --listen.
[[nodiscard]] ListenAddress parse_listen_address(std::string_view text);

// As a browser takes it: "http://[::1]:8700".
[[nodiscard]] std::string url_of(const ListenAddress& listen);

}  // namespace shelduck::server
