#include "shelduck/cli/descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "shelduck/core/error.hpp"

namespace shelduck::cli {
namespace {

class Closer {
 public:
  explicit Closer(int descriptor) : descriptor_(descriptor) {}
  ~Closer() { close(descriptor_); }
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;

 private:
  int descriptor_;
};

}  // namespace

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      throw OutputClosed{};
    } else if (errno != EINTR) {
      throw system_error("write", "the output", errno);
    }
  }
}

void write_error(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return;
    }
  }
}

std::string read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) {
    throw Error{ErrorKind::not_found, path.string() + " does not exist", {.value = path.string()}};
  }
  if (descriptor < 0) throw system_error("open", path.string(), errno);
  const Closer closer{descriptor};
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read", path.string(), errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > bytes_max) {
      throw Error{ErrorKind::invalid_input,
                  path.string() + " is larger than " + std::to_string(bytes_max) + " bytes",
                  {.value = path.string(), .rule = "a small file"}};
    }
  }
}

std::string read_answer(const CancelToken& cancel) {
  constexpr int kPatienceMilliseconds = 50;
  std::string line;
  while (true) {
    cancel.check();
    pollfd waited{STDIN_FILENO, POLLIN, 0};
    if (poll(&waited, 1, kPatienceMilliseconds) <= 0) continue;
    char c = 0;
    if (read(STDIN_FILENO, &c, 1) != 1 || c == '\n') return line;
    line += c;
  }
}

void die_of_closed_output() {
  struct sigaction usual{};
  usual.sa_handler = SIG_DFL;
  sigaction(SIGPIPE, &usual, nullptr);
  raise(SIGPIPE);
  _exit(128 + SIGPIPE);
}

}  // namespace shelduck::cli
