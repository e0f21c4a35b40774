// Error is the one exception of Shelduck: it is thrown when a function cannot do its job.
//
//   throw Error{ErrorKind::invalid_input, "unknown metric 'wal_clock'",
//               {.field = "metric", .value = "wal_clock", .rule = "one of ...", .hint = "..."}};
//
// kind() names the reaction that is left to the caller, not the cause. The message says what
// failed, on which object, and in which state the data is; the hint says what to do.
// Outcomes that are ordinary answers (nothing found, not converged) are return values instead.
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

namespace shelduck {

enum class ErrorKind {
  invalid_input,  // the caller's words or data break a rule: correct them
  not_found,      // the named thing does not exist
  conflict,       // another change came first: start again with fresh reads
  busy,           // somebody else owns it now: try later
  cancelled,      // the user or a signal stopped it
  exhausted,      // no space, memory or descriptors: make room, then try again
  refused,        // a policy says no: a missing --yes, a protected object
  io,             // the operating system failed
  corrupt,        // stored data is damaged
  fatal,          // the engine is unusable: close everything and reopen
  bug,            // a rule of the program itself is broken
};

inline constexpr std::array<ErrorKind, 11> kErrorKinds{
    ErrorKind::invalid_input, ErrorKind::not_found, ErrorKind::conflict, ErrorKind::busy,
    ErrorKind::cancelled,     ErrorKind::exhausted, ErrorKind::refused,  ErrorKind::io,
    ErrorKind::corrupt,       ErrorKind::fatal,     ErrorKind::bug};

// Every part may be empty. `field`, `value` and `rule` name what was wrong with an input.
struct ErrorDetail {
  std::string field{};
  std::string value{};
  std::string rule{};
  std::string hint{};
};

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message, ErrorDetail detail = {})
      : std::runtime_error(message), kind_(kind), detail_(std::move(detail)) {}

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  [[nodiscard]] const ErrorDetail& detail() const noexcept { return detail_; }

 private:
  ErrorKind kind_;
  ErrorDetail detail_;
};

// The stable word of a kind, as it stands in JSON.
[[nodiscard]] std::string_view to_string(ErrorKind kind) noexcept;

// The process exit code of a kind (conventions: 0 done, 1 failed, 2 usage, 3 not found, 4 busy,
// 5 corrupt, 6 refused by policy or by the disk floor, 130 interrupted).
[[nodiscard]] int exit_code(ErrorKind kind) noexcept;

// An `io` error, or `exhausted` for a full disk, quota or descriptor table, that names the call,
// the object and the operating system's reason for `error_number` (errno).
[[nodiscard]] Error system_error(std::string_view call, std::string_view object, int error_number);

}  // namespace shelduck
