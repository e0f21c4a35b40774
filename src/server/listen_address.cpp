#include "shelduck/server/listen_address.hpp"

#include <charconv>

#include "shelduck/core/error.hpp"

namespace shelduck::server {

ListenAddress parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::string_view port =
      colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  ListenAddress listen;
  const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
  std::string_view address = text.substr(0, std::min(colon, text.size()));
  const bool is_bracketed = address.starts_with('[') && address.ends_with(']');
  if (is_bracketed) address = address.substr(1, address.size() - 2);
  const bool has_colon = address.find(':') != std::string_view::npos;
  if (port.empty() || failure != std::errc{} || end != port.data() + port.size() ||
      address.empty() || has_colon != is_bracketed) {
    throw Error{ErrorKind::invalid_input,
                "'" + std::string(text) + "' is no address to listen on",
                {.field = "--listen",
                 .value = std::string(text),
                 .rule = "ADDRESS:PORT, as 127.0.0.1:8700 or [::1]:8700"}};
  }
  listen.address = address;
  return listen;
}

std::string url_of(const ListenAddress& listen) {
  const bool is_v6 = listen.address.find(':') != std::string::npos;
  return "http://" + (is_v6 ? "[" + listen.address + "]" : listen.address) + ":" +
         std::to_string(listen.port);
}

}  // namespace shelduck::server
