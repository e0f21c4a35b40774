#include "shelduck/http/origin.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace shelduck::http {
namespace {

bool is_loopback(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  if (inet_pton(AF_INET, name.c_str(), address.data()) == 1) return address[0] == 127;
  if (inet_pton(AF_INET6, name.c_str(), address.data()) != 1) return false;
  constexpr std::array<unsigned char, sizeof(in6_addr)> kLoopback{0, 0, 0, 0, 0, 0, 0, 0,
                                                                  0, 0, 0, 0, 0, 0, 0, 1};
  return address == kLoopback;
}

bool is_port(std::string_view text) {
  return text.empty() || (text.front() == ':' && text.size() <= 6 &&
                          std::ranges::all_of(text.substr(1), [](char letter) {
                            return letter >= '0' && letter <= '9';
                          }));
}

std::string small_letters(std::string_view text) {
  std::string result{text};
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::ptrdiff_t times(const Head& head, std::string_view name) {
  return std::ranges::count(head.fields, name, &Field::first);
}

}  // namespace

std::string host_name(std::string_view host) {
  const std::size_t end =
      host.starts_with('[') ? host.find(']') : std::min(host.find(':'), host.size());
  if (end == std::string_view::npos) return {};
  const bool is_literal = host.starts_with('[');
  const std::string_view name = is_literal ? host.substr(1, end - 1) : host.substr(0, end);
  if (!is_port(host.substr(is_literal ? end + 1 : end))) return {};
  return small_letters(name);
}

void judge_host(const Head& head, std::string_view local_address, const Neighbours& known) {
  const std::string name = host_name(head.host);
  const bool is_local = name == local_address && !name.empty();
  if (name == "localhost" || is_loopback(name) || is_local || contains(known.hosts, name)) return;
  throw Refusal{403, "this server does not answer for that Host; name it with --host"};
}

void judge_origin(const Head& head, const Neighbours& known) {
  // A proxy in front may have judged by the other one.
  if (times(head, "origin") > 1 || times(head, "sec-fetch-site") > 1) {
    throw Refusal{400, "at most one Origin and one Sec-Fetch-Site"};
  }
  const std::optional<std::string> origin = head.field("origin");
  if (origin && contains(known.origins, *origin)) return;
  if (origin && *origin != "http://" + head.host && *origin != "https://" + head.host) {
    throw Refusal{403, "pages of another origin may not use this server; name it with --origin"};
  }
  if (head.field("sec-fetch-site") == "cross-site") {
    throw Refusal{403, "pages of another site may not use this server"};
  }
}

}  // namespace shelduck::http
