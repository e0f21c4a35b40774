// Whatever comes as a head is read or refused; what is read obeys the rules that keep two programs
// from reading it in two ways.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/http/coding.hpp"
#include "shelduck/http/head.hpp"
#include "shelduck/http/origin.hpp"
#include "shelduck/http/target.hpp"

namespace shelduck::http {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void judge(const Head& head) {
  require(!(head.is_chunked && head.content_length));
  require(!head.is_chunked || head.version == Version::http_1_1);
  require(head.field("host") == head.host);
  for (const Field& field : head.fields) {
    require(!field.first.empty() && field.first.find_first_of(" :\r\n") == std::string::npos);
    require(field.second.find_first_of("\r\n") == std::string::npos);
  }
  static_cast<void>(accepts_gzip(head.field("accept-encoding").value_or("")));
  static_cast<void>(host_name(head.host));
}

void read_bytes(std::string_view bytes) {
  try {
    const Head head = read_head(bytes);
    judge(head);
    judge_origin(head, {});
    static_cast<void>(parse_target(head.target));
  } catch (const Refusal& refusal) {
    require(refusal.status() >= 400 && refusal.status() < 600);
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::invalid_input);
  }
}

}  // namespace
}  // namespace shelduck::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::http::read_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
