#include "shelduck/delegation/channel.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "shelduck/commands/folders.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/delegation/unix_address.hpp"

namespace shelduck::delegation {
namespace {

constexpr std::size_t kReadBytes = 65'536;
// The rest of one FILE may be read together with the begin of the next.
constexpr std::size_t kFilesWaiting = 2;

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
    : descriptor_(std::exchange(other.descriptor_, -1)),
      received_(std::move(other.received_)),
      takes_files_(other.takes_files_),
      files_(std::move(other.files_)),
      file_(std::move(other.file_)) {}

Channel::~Channel() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Channel::send(const Frame& frame) {
  const std::string bytes = encode(frame);
  const std::scoped_lock lock{sending_};
  send_bytes(bytes);
}

// The mutex is held.
void Channel::send_bytes(std::string_view rest) const {
  while (!rest.empty()) {
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

// The descriptor goes with the first byte, so a name of any length finds its own at the other end.
void Channel::send_file(std::string_view name, const OpenFile& file) {
  std::string bytes = encode(Frame{FrameType::file, std::string(name)});
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> beside{};
  iovec first{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &first;
  message.msg_iovlen = 1;
  message.msg_control = beside.data();
  message.msg_controllen = beside.size();
  cmsghdr* control = CMSG_FIRSTHDR(&message);
  control->cmsg_level = SOL_SOCKET;
  control->cmsg_type = SCM_RIGHTS;
  control->cmsg_len = CMSG_LEN(sizeof(int));
  const int descriptor = file.get();
  std::memcpy(CMSG_DATA(control), &descriptor, sizeof descriptor);
  const std::scoped_lock lock{sending_};
  ssize_t sent = -1;
  do {
    sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent <= 0) throw Gone{};
  send_bytes(std::string_view{bytes}.substr(static_cast<std::size_t>(sent)));
}

std::optional<Frame> Channel::take() {
  std::optional<Frame> frame = take_frame(received_);
  if (frame) require_its_descriptor(*frame);
  return frame;
}

// Those that came without a FILE are seen when nothing is left that could be theirs.
void Channel::require_its_descriptor(const Frame& frame) {
  if (frame.type == FrameType::file) {
    if (files_.empty()) throw broken_frame("a FILE with its descriptor");
    file_ = std::move(files_.front());
    files_.pop_front();
  } else if (received_.empty() && !files_.empty()) {
    throw broken_frame("descriptors with a FILE only");
  }
}

void Channel::take_descriptors(msghdr& message) {
  for (cmsghdr* control = CMSG_FIRSTHDR(&message); control != nullptr;
       control = CMSG_NXTHDR(&message, control)) {
    if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(control) + i * sizeof descriptor, sizeof descriptor);
      files_.emplace_back(descriptor);
    }
  }
  // The system closed those for which there was no room.
  const bool are_too_many = (message.msg_flags & MSG_CTRUNC) != 0;
  if (are_too_many || files_.size() > kFilesWaiting) {
    throw broken_frame("one descriptor with a FILE, and none that nobody takes");
  }
}

bool Channel::read_some() {
  std::array<char, kReadBytes> buffer{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> beside{};
  iovec space{buffer.data(), buffer.size()};
  while (true) {
    msghdr message{};
    message.msg_iov = &space;
    message.msg_iovlen = 1;
    if (takes_files_) {
      message.msg_control = beside.data();
      message.msg_controllen = CMSG_LEN(sizeof(int));
    }
    const ssize_t size = ::recvmsg(descriptor_, &message, MSG_CMSG_CLOEXEC);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    take_descriptors(message);
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
