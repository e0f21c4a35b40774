#include "shelduck/front/progress_channel.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "shelduck/core/error.hpp"

namespace shelduck::front {
namespace {

constexpr std::size_t kLineBytesMax = 65536;

// To our stderr, all of it or as much as it takes: a reader that went away is no failure of ours.
void pass_on(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(STDERR_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EAGAIN) {
      pollfd ready{STDERR_FILENO, POLLOUT, 0};
      poll(&ready, 1, -1);
      continue;
    }
    if (written < 0 && errno != EINTR) return;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Whether what has come of a line can still become an event.
bool may_be_event(std::string_view begun) {
  return begun.starts_with(
      kProgressPrefix.substr(0, std::min(begun.size(), kProgressPrefix.size())));
}

}  // namespace

ProgressChannel::ProgressChannel(ProgressPlace place) : place_(place) {
  if (place == ProgressPlace::none) return;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error("pipe", "progress", errno);
  reading_end_ = ends[0];
  child_end_ = ends[1];
  fcntl(reading_end_, F_SETFL, O_NONBLOCK);
}

ProgressChannel::~ProgressChannel() {
  close_child_end();
  close_reading_end();
}

ChildDescriptors ProgressChannel::child_descriptors() const noexcept {
  if (place_ == ProgressPlace::own_descriptor) return {.kept = child_end_, .as_stderr = -1};
  return {.kept = -1, .as_stderr = child_end_};
}

void ProgressChannel::close_child_end() noexcept {
  if (child_end_ >= 0) close(child_end_);
  child_end_ = -1;
}

void ProgressChannel::close_reading_end() noexcept {
  if (reading_end_ >= 0) close(reading_end_);
  reading_end_ = -1;
}

void ProgressChannel::read(const std::function<void(const ProgressEvent&)>& take) {
  std::array<char, 4096> buffer{};
  while (reading_end_ >= 0) {
    const ssize_t got = ::read(reading_end_, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    if (got == 0) {
      if (!line_.empty()) take_line(line_, take);
      line_.clear();
      close_reading_end();
      return;
    }
    take_bytes({buffer.data(), static_cast<std::size_t>(got)}, take);
  }
  // A prompt has no line end: what cannot become an event is not held back.
  if (place_ == ProgressPlace::standard_error && !line_.empty() && !may_be_event(line_)) {
    pass_on(line_);
    line_.clear();
    passing_on_ = true;
  }
}

void ProgressChannel::take_bytes(std::string_view bytes,
                                 const std::function<void(const ProgressEvent&)>& take) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const bool whole = newline != std::string_view::npos;
    const std::string_view piece = bytes.substr(0, whole ? newline + 1 : bytes.size());
    bytes.remove_prefix(piece.size());
    if (passing_on_) {
      if (place_ == ProgressPlace::standard_error) pass_on(piece);
      passing_on_ = !whole;
      continue;
    }
    line_ += piece;
    if (whole) {
      take_line(line_, take);
      line_.clear();
    } else if (line_.size() > kLineBytesMax) {
      if (place_ == ProgressPlace::standard_error) pass_on(line_);
      line_.clear();
      passing_on_ = true;
    }
  }
}

void ProgressChannel::take_line(const std::string& line,
                                const std::function<void(const ProgressEvent&)>& take) {
  std::string_view text = line;
  if (text.ends_with('\n')) text.remove_suffix(1);
  const bool on_stderr = place_ == ProgressPlace::standard_error;
  if (on_stderr && !text.starts_with(kProgressPrefix)) {
    pass_on(line);
    return;
  }
  if (const auto event = parse_progress(text)) {
    take(*event);
  } else if (on_stderr) {
    pass_on(line);
  }
}

}  // namespace shelduck::front
