#include "shelduck/http/departure.hpp"

namespace shelduck::http {

void Departure::on(std::function<void()> action) {
  const std::scoped_lock lock{mutex_};
  action_ = std::move(action);
}

bool Departure::happen() {
  std::function<void()> action;
  {
    const std::scoped_lock lock{mutex_};
    if (is_over_) return false;
    action = action_;
  }
  if (action) action();
  return action != nullptr;
}

void Departure::end() {
  std::function<void()> action;  // what it holds goes after the lock
  const std::scoped_lock lock{mutex_};
  is_over_ = true;
  action.swap(action_);
}

bool Departure::is_over() const {
  const std::scoped_lock lock{mutex_};
  return is_over_;
}

}  // namespace shelduck::http
