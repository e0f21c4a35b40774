#include "shelduck/delegation/caller.hpp"

#include <poll.h>

#include <array>
#include <cerrno>

#include "shelduck/core/error.hpp"

namespace shelduck::delegation {
namespace {

constexpr int kInterrupted = 130;

class Conversation {
 public:
  Conversation(Channel& channel, const Streams& streams) : channel_(channel), streams_(streams) {}

  std::optional<int> run(const Order& order) {
    try {
      greet();
      channel_.send({FrameType::run, encode(order)});
      has_ordered_ = true;
      while (true) {
        const std::optional<Frame> frame = next();
        if (!frame) break;
        if (frame->type == FrameType::exit) return static_cast<int>(decode_number(frame->payload));
        print(*frame);
      }
    } catch (const Gone&) {
      // The same as an end of what it says.
    }
    if (is_cancelled_) return kInterrupted;
    if (!has_printed_) return std::nullopt;
    throw Error{ErrorKind::io,
                "output incomplete: the server went away while it answered",
                {.hint = "ask again"}};
  }

 private:
  void greet() {
    channel_.send({FrameType::hello, encode_number(kProtocol) + SHELDUCK_VERSION});
    const std::optional<Frame> answer = next();
    if (!answer) throw Gone{};
    const std::uint32_t protocol = decode_number(answer->payload);
    if (answer->type == FrameType::hello && protocol == kProtocol) return;
    throw Error{ErrorKind::busy,
                "the server that owns the database is shelduck " + answer->payload.substr(4) +
                    " and speaks another protocol than this shelduck " SHELDUCK_VERSION,
                {.field = "protocol",
                 .value = std::to_string(protocol),
                 .rule = std::to_string(kProtocol),
                 .hint = "start the server again with the installed version"}};
  }

  // The next frame, watching for signals meanwhile; nothing at the end.
  std::optional<Frame> next() {
    while (true) {
      if (auto frame = channel_.take()) return frame;
      std::array<pollfd, 2> waited{
          {{channel_.descriptor(), POLLIN, 0}, {streams_.impatience, POLLIN, 0}}};
      const bool is_patient = streams_.impatience < 0 || is_cancelled_;
      if (::poll(waited.data(), is_patient ? 1 : 2, -1) < 0 && errno != EINTR) throw Gone{};
      if (!is_patient && (waited[1].revents & POLLIN) != 0) cancel();
      if ((waited[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
      if (!channel_.read_some()) return std::nullopt;
    }
  }

  void cancel() {
    is_cancelled_ = true;
    streams_.cancelled();
    if (!has_ordered_) throw Gone{};
    channel_.send({FrameType::cancel});
  }

  void print(const Frame& frame) {
    has_printed_ = true;
    if (frame.type == FrameType::out) streams_.out(frame.payload);
    if (frame.type == FrameType::err) streams_.err(frame.payload);
    channel_.send(
        {FrameType::credit, encode_number(static_cast<std::uint32_t>(frame.payload.size()))});
  }

  Channel& channel_;
  const Streams& streams_;
  bool has_ordered_ = false;
  bool has_printed_ = false;
  bool is_cancelled_ = false;
};

}  // namespace

std::optional<int> delegate(Channel& channel, const Order& order, const Streams& streams) {
  return Conversation{channel, streams}.run(order);
}

}  // namespace shelduck::delegation
