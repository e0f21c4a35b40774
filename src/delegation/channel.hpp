// Channel carries frames over a connected Unix socket.
//
//   std::optional<Channel> channel = connect_to("/run/user/1000/shelduck/4711.socket");
//   channel->send({FrameType::run, payload});
//   while (const auto frame = channel->receive()) ...
//
// With a FILE frame comes one open descriptor, and with no other; a channel that was not told to
// take them takes none.
//
// Threads: one may send while another receives; send takes turns by itself.
// Failure: Gone when the peer is not there any more or takes nothing for a while; Error
//          (invalid_input) for bytes that are no frame, and for descriptors that do not belong to
//          one.
#pragma once

#include <sys/socket.h>

#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "shelduck/core/time.hpp"
#include "shelduck/delegation/frame.hpp"
#include "shelduck/delegation/open_file.hpp"

namespace shelduck::delegation {

struct Gone : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return "the peer is gone"; }
};

class Channel {
 public:
  // Takes the descriptor over. A send that makes no progress for `patience` is Gone.
  explicit Channel(int descriptor, Seconds patience = Seconds{30});
  ~Channel();
  Channel(Channel&& other) noexcept;
  Channel& operator=(Channel&&) = delete;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void send(const Frame& frame);
  // FILE(name) with what is open there; it stays open here.
  void send_file(std::string_view name, const OpenFile& file);
  // The next frame; waits for it. Nothing at the end of what the peer says.
  [[nodiscard]] std::optional<Frame> receive();
  // The next frame that has come already.
  [[nodiscard]] std::optional<Frame> take();
  // From now on FILE frames may come.
  void accept_files() noexcept { takes_files_ = true; }
  // What came with the FILE that was taken last.
  [[nodiscard]] OpenFile take_file() { return std::move(file_); }
  // How long receive() and read_some() wait for the peer; 0: without an end.
  void limit_listening(Seconds patience);
  // Reads once, after poll() said that there is something; false at the end.
  [[nodiscard]] bool read_some();
  // From any thread: both directions end, so that who waits in receive() or send() comes back.
  void shut() noexcept;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  void send_bytes(std::string_view rest) const;
  void take_descriptors(msghdr& message);
  void require_its_descriptor(const Frame& frame);

  int descriptor_;
  std::mutex sending_;
  std::string received_;
  bool takes_files_ = false;
  std::deque<OpenFile> files_;  // of FILE frames that were not taken yet
  OpenFile file_;
};

// Throws Error(refused), naming the owner, where this user may not come to `file` at all.
void require_way_to(const std::string& file);

// Throws the same where the socket is not for this user. Nothing where nobody listens. Paths longer
// than the system's 107 bytes are reached through their folder's descriptor.
[[nodiscard]] std::optional<Channel> connect_to(const std::string& socket);

}  // namespace shelduck::delegation
