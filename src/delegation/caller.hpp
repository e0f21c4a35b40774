// The caller's side: hands a command to a server and writes what it answers.
//
//   if (const auto channel = connect_to(note->socket)) {
//     const Outcome outcome = delegate(*channel, order, streams);
//
// When the caller has no more patience CANCEL is sent once, and the command ends with what the
// server says then (130). Failure: Error(busy) naming both versions where the server speaks another
// protocol; Error(io)
//          where it went away after it had printed something ("output incomplete"). What the
//          streams throw goes through.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/delegation/channel.hpp"
#include "shelduck/delegation/order.hpp"

namespace shelduck::delegation {

// A server that lives greets within this time, however little its caller wants to wait.
inline constexpr Seconds kGreeting{2};

struct Streams {
  std::function<void(std::string_view)> out;
  std::function<void(std::string_view)> err;
  std::function<void(std::string_view)> progress = [](std::string_view) {};
  // Takes a file of the server's under its name; none: the order says that no file is taken.
  std::function<void(std::string_view, const OpenFile&)> file{};
  // Readable when the caller has no more patience; -1: its patience has no end.
  int impatience = -1;
  std::function<void()> cancelled = [] {};  // CANCEL was sent
  Seconds patience{10};                     // for a server that does not greet
};

struct Outcome {
  // Nothing where the server went away before it said anything: a question may be asked again.
  std::optional<int> exit_code;
  // Why it was not begun, where the server said so; it is not ordered then.
  std::string refusal{};
  // False where it did not take the order, or greet in time: anything may be tried again.
  bool is_ordered = false;
};

[[nodiscard]] Outcome delegate(Channel& channel, const Order& order, const Streams& streams);

}  // namespace shelduck::delegation
