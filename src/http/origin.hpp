// Who a request is meant for and where it comes from: the rules that keep an open server on
// loopback out of reach of web pages (DNS rebinding, requests across sites).
//
//   judge_host("localhost:8700", "127.0.0.1", {.hosts = {"pi.lan"}});   // throws Refusal(403)
//   judge_origin(request, {...});
//
// Host must be `localhost`, a loopback literal, the literal address on which the connection came
// in, or a name that was given with --host. Origin must be the server's own (equal to Host) or one
// that was given with --origin; `Sec-Fetch-Site: cross-site` is refused with any other Origin.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shelduck/http/head.hpp"

namespace shelduck::http {

struct Neighbours {
  std::vector<std::string> hosts;    // names without a port, in lower case
  std::vector<std::string> origins;  // "https://example.org:8443"
};

// `local_address`: the literal address of the connection's own end.
void judge_host(const Head& head, std::string_view local_address, const Neighbours& known);

void judge_origin(const Head& head, const Neighbours& known);

// "localhost:8700" -> "localhost", "[::1]:8700" -> "::1"; empty where it is no host.
[[nodiscard]] std::string host_name(std::string_view host);

}  // namespace shelduck::http
