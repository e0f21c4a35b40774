#include "shelduck/cli/cancel.hpp"

#include <algorithm>

#include "shelduck/core/error.hpp"

namespace shelduck::cli {

CancelToken::Hook::Hook(CancelToken& token, std::function<void()> action)
    : token_(token), action_(std::move(action)) {
  const std::lock_guard lock{token_.mutex_};
  token_.hooks_.push_back(this);
}

CancelToken::Hook::~Hook() {
  const std::lock_guard lock{token_.mutex_};
  std::erase(token_.hooks_, this);
}

void CancelToken::cancel() {
  cancelled_.store(true);
  const std::lock_guard lock{mutex_};
  for (const Hook* hook : hooks_) hook->action_();
}

void CancelToken::check() const {
  if (is_cancelled()) {
    throw Error{ErrorKind::cancelled, "interrupted; what was acknowledged before is kept"};
  }
}

}  // namespace shelduck::cli
