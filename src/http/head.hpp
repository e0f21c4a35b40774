// The head of a request, judged before anything believes it: what two programs in a row could read
// in two ways is refused (RFC 9112, sections 2.2, 5 and 6; request smuggling).
//
//   const Head head = read_head("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
//
// `text` is everything up to and with the empty line. Refused: another line end than CRLF, a folded
// line, blanks around a name, a byte that no field value may hold, no Host or two of them, two
// lengths, a length beside a transfer coding, a coding other than chunked, chunked in HTTP/1.0, the
// absolute form of a target, an asterisk but for OPTIONS.
// Pure; no input makes it throw anything but Refusal.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/http/message.hpp"

namespace shelduck::http {

// Why a request is answered before it reached a route. After one that concerns framing nobody knows
// where the next request begins: the connection is closed.
class Refusal : public std::runtime_error {
 public:
  // `cause` names what was wrong where that is a part that a client wrote.
  Refusal(int status, const std::string& rule, ErrorDetail cause = {})
      : std::runtime_error(rule), status_(status), cause_(std::move(cause)) {}
  [[nodiscard]] int status() const noexcept { return status_; }
  [[nodiscard]] const ErrorDetail& cause() const noexcept { return cause_; }

 private:
  int status_;
  ErrorDetail cause_;
};

struct HeadLimits {
  std::size_t head_bytes = 16'384;
  std::size_t target_bytes = 8'192;
  std::size_t fields = 100;
};

enum class Version { http_1_0, http_1_1 };

struct Head {
  std::string method;  // as it came: an unknown one is the router's business
  std::string target;
  Version version = Version::http_1_1;
  std::vector<Field> fields;  // names in lower case
  std::string host;           // without blanks; also where the target is `*`
  std::optional<std::uint64_t> content_length;
  bool is_chunked = false;
  bool wants_continue = false;
  bool keeps_alive = true;

  [[nodiscard]] std::optional<std::string> field(std::string_view name) const;
};

[[nodiscard]] Head read_head(std::string_view text, const HeadLimits& limits = {});

}  // namespace shelduck::http
