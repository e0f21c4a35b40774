#include "shelduck/server/credited_output.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace shelduck::server {
namespace {

using delegation::FrameType;

constexpr std::size_t kFrameBytes = 65'536;
constexpr std::chrono::seconds kNoProgress{30};

}  // namespace

Error caller_is_gone() {
  return Error{ErrorKind::cancelled, "the caller takes no more of its answer"};
}

std::size_t CreditedOutput::take_credit(std::size_t wanted) {
  std::unique_lock lock{mutex_};
  const bool has_credit =
      changes_.wait_for(lock, kNoProgress, [&] { return credit_ > 0 || is_given_up_; });
  if (!has_credit || is_given_up_) throw caller_is_gone();
  const std::size_t taken = std::min(wanted, credit_);
  credit_ -= taken;
  return taken;
}

void CreditedOutput::write(FrameType type, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t size = take_credit(std::min(bytes.size(), kFrameBytes));
    try {
      channel_.send({type, std::string(bytes.substr(0, size))});
    } catch (const delegation::Gone&) {
      throw caller_is_gone();
    }
    bytes.remove_prefix(size);
  }
}

void CreditedOutput::offer(FrameType type, std::string_view bytes) {
  {
    const std::scoped_lock lock{mutex_};
    if (is_given_up_ || credit_ < bytes.size()) return;
    credit_ -= bytes.size();
  }
  try {
    channel_.send({type, std::string(bytes)});
  } catch (const delegation::Gone&) {
    give_up();
  }
}

void CreditedOutput::add_credit(std::size_t bytes) {
  {
    const std::scoped_lock lock{mutex_};
    credit_ = std::min(credit_ + bytes, delegation::kCreditBytes);
  }
  changes_.notify_all();
}

void CreditedOutput::give_up() {
  {
    const std::scoped_lock lock{mutex_};
    is_given_up_ = true;
  }
  changes_.notify_all();
}

}  // namespace shelduck::server
