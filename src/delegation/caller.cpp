#include "shelduck/delegation/caller.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "shelduck/core/error.hpp"

namespace shelduck::delegation {
namespace {

constexpr int kInterrupted = 130;

class Conversation {
 public:
  Conversation(Channel& channel, const Streams& streams) : channel_(channel), streams_(streams) {}

  Outcome run(const Order& order) {
    const std::optional<int> code = exit_code(order);
    return {.exit_code = code, .refusal = refusal_, .is_ordered = has_ordered_};
  }

 private:
  std::optional<int> exit_code(const Order& order) {
    try {
      greet();
      if (order.files == Files::taken) channel_.accept_files();
      channel_.send({FrameType::run, encode(order)});
      has_ordered_ = true;
      while (true) {
        const std::optional<Frame> frame = next();
        if (!frame) break;
        if (frame->type == FrameType::busy) return refuse(frame->payload);
        if (frame->type == FrameType::exit) return static_cast<int>(decode_number(frame->payload));
        print(*frame);
      }
    } catch (const Gone&) {
      return code_without_exit();
    }
    return code_without_exit();
  }

  // The server went away before it said EXIT.
  [[nodiscard]] std::optional<int> code_without_exit() const {
    if (is_cancelled_) return kInterrupted;
    if (!has_printed_) return std::nullopt;
    throw Error{ErrorKind::io,
                "output incomplete: the server went away while it answered",
                {.hint = "ask again"}};
  }

  std::optional<int> refuse(const std::string& why) {
    if (is_cancelled_) return kInterrupted;
    has_ordered_ = false;
    refusal_ = why;
    return std::nullopt;
  }

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
      const int count = ::poll(waited.data(), is_patient ? 1 : 2, milliseconds_left());
      if (count < 0 && errno != EINTR) throw Gone{};
      if (count == 0) throw Gone{};
      if (!is_patient && (waited[1].revents & POLLIN) != 0) cancel();
      if ((waited[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
      if (!channel_.read_some()) return std::nullopt;
    }
  }

  // A server that took the order may think as long as it needs.
  [[nodiscard]] int milliseconds_left() const {
    if (has_ordered_) return -1;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end_of_greeting_ - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
  }

  void cancel() {
    is_cancelled_ = true;
    streams_.cancelled();
    if (!has_ordered_) throw Gone{};
    channel_.send({FrameType::cancel});
  }

  void print(const Frame& frame) {
    has_printed_ = has_printed_ || frame.type != FrameType::progress;
    if (frame.type == FrameType::file) return streams_.file(frame.payload, channel_.take_file());
    if (frame.type == FrameType::progress) streams_.progress(frame.payload);
    if (frame.type == FrameType::out) streams_.out(frame.payload);
    if (frame.type == FrameType::err) streams_.err(frame.payload);
    channel_.send(
        {FrameType::credit, encode_number(static_cast<std::uint32_t>(frame.payload.size()))});
  }

  Channel& channel_;
  const Streams& streams_;
  const std::chrono::steady_clock::time_point end_of_greeting_ =
      std::chrono::steady_clock::now() +
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(streams_.patience);
  std::string refusal_;
  bool has_ordered_ = false;
  bool has_printed_ = false;
  bool is_cancelled_ = false;
};

}  // namespace

Outcome delegate(Channel& channel, const Order& order, const Streams& streams) {
  return Conversation{channel, streams}.run(order);
}

}  // namespace shelduck::delegation
