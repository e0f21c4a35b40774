#include "shelduck/front/output.hpp"

#include <unistd.h>

#include <cerrno>

#include "shelduck/core/error.hpp"

namespace shelduck::front {

void print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error("write", "the output", errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void complain(std::string_view text) {
  // A closed stderr is nobody's failure.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace shelduck::front
