#include "shelduck/core/error.hpp"

#include <cerrno>
#include <system_error>

namespace shelduck {

std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid_input:
      return "invalid_input";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::busy:
      return "busy";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::exhausted:
      return "exhausted";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::io:
      return "io";
    case ErrorKind::corrupt:
      return "corrupt";
    case ErrorKind::fatal:
      return "fatal";
    case ErrorKind::bug:
      return "bug";
  }
  return "bug";
}

int exit_code(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid_input:
      return 2;
    case ErrorKind::not_found:
      return 3;
    case ErrorKind::busy:
      return 4;
    case ErrorKind::corrupt:
      return 5;
    case ErrorKind::exhausted:
    case ErrorKind::refused:
      return 6;
    case ErrorKind::cancelled:
      return 130;
    case ErrorKind::conflict:
    case ErrorKind::io:
    case ErrorKind::fatal:
    case ErrorKind::bug:
      return 1;
  }
  return 1;
}

namespace {

ErrorKind kind_of(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return ErrorKind::exhausted;
    default:
      return ErrorKind::io;
  }
}

}  // namespace

Error system_error(std::string_view call, std::string_view object, int error_number) {
  std::string message = std::string(call) + " failed on '" + std::string(object) +
                        "': " + std::generic_category().message(error_number);
  ErrorDetail detail{.field = "path", .value = std::string(object)};
  if (error_number == EFBIG) detail.hint = "the size of files is limited (ulimit -f)";
  return Error{kind_of(error_number), message, detail};
}

}  // namespace shelduck
