#include "shelduck/delegation/channel.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "shelduck/commands/folders.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/delegation/unix_address.hpp"

namespace shelduck::delegation {
namespace {

constexpr std::size_t kReadBytes = 65'536;

timeval time_of(Seconds seconds) {
  const auto whole = std::chrono::duration_cast<Microseconds>(seconds).count();
  return {.tv_sec = whole / 1'000'000, .tv_usec = whole % 1'000'000};
}

// `place` is the socket, or the folder that may not be entered.
Error no_permission(const std::string& place) {
  struct stat found{};
  const bool is_known = ::stat(place.c_str(), &found) == 0;
  const std::string owner =
      is_known ? "user " + commands::name_of_user(found.st_uid) : "another user";
  return Error{ErrorKind::refused,
               "'" + place + "' belongs to " + owner + " and is closed to you",
               {.field = "path",
                .value = place,
                .rule = "for its owner, root, and the --socket-group of a server",
                .hint = "ask " + owner +
                        " to take you into the --socket-group of the server, or name "
                        "another database with --db"}};
}

}  // namespace

Channel::Channel(int descriptor, Seconds patience) : descriptor_(descriptor) {
  const timeval limit = time_of(patience);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

Channel::Channel(Channel&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), received_(std::move(other.received_)) {}

Channel::~Channel() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Channel::send(const Frame& frame) {
  const std::string bytes = encode(frame);
  const std::scoped_lock lock{sending_};
  for (std::string_view rest = bytes; !rest.empty();) {
    const ssize_t sent = ::send(descriptor_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) throw Gone{};
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Channel::limit_listening(Seconds patience) {
  const timeval limit = time_of(patience);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

std::optional<Frame> Channel::take() { return take_frame(received_); }

bool Channel::read_some() {
  std::array<char, kReadBytes> buffer{};
  while (true) {
    const ssize_t size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    received_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
  }
}

std::optional<Frame> Channel::receive() {
  while (true) {
    if (auto frame = take()) return frame;
    if (!read_some()) return std::nullopt;
  }
}

void Channel::shut() noexcept { ::shutdown(descriptor_, SHUT_RDWR); }

void require_way_to(const std::string& file) {
  struct stat found{};
  if (::stat(file.c_str(), &found) == 0 || errno != EACCES) return;
  std::filesystem::path closed = std::filesystem::path{file}.parent_path();
  while (closed.has_relative_path() && ::stat(closed.c_str(), &found) != 0) {
    closed = closed.parent_path();
  }
  throw no_permission(closed.string());
}

std::optional<Channel> connect_to(const std::string& socket) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw system_error("socket", socket, errno);
  Channel channel{descriptor};
  int failure = 0;
  try {
    const UnixAddress address{socket};
    if (::connect(descriptor, address.get(), address.size()) == 0) return channel;
    failure = errno;
  } catch (const Error&) {
    return std::nullopt;  // the folder of a server that is gone may be gone too
  }
  if (failure == EACCES) throw no_permission(socket);
  return std::nullopt;
}

}  // namespace shelduck::delegation
