// CreditedOutput sends a caller no more than it has given credit for.
//
// Threads: write by one, add_credit and give_up by another.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/delegation/channel.hpp"

namespace shelduck::server {

// What an answer ends with whose caller takes no more of it.
[[nodiscard]] Error caller_is_gone();

class CreditedOutput {
 public:
  explicit CreditedOutput(delegation::Channel& channel) : channel_(channel) {}

  // Throws Error(cancelled) where the caller takes nothing any more.
  void write(delegation::FrameType type, std::string_view bytes);
  // Writes it now or not at all.
  void offer(delegation::FrameType type, std::string_view bytes);
  void add_credit(std::size_t bytes);
  void give_up();

 private:
  [[nodiscard]] std::size_t take_credit(std::size_t wanted);

  delegation::Channel& channel_;
  std::mutex mutex_;
  std::condition_variable changes_;
  std::size_t credit_ = delegation::kCreditBytes;  // guarded by mutex_
  bool is_given_up_ = false;
};

}  // namespace shelduck::server
