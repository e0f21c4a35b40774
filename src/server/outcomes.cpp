#include "shelduck/server/outcomes.hpp"

#include <utility>

namespace shelduck::server {

bool Outcomes::begin(const std::string& id) {
  const std::scoped_lock lock{mutex_};
  if (!known_.try_emplace(id).second) return false;
  order_.push_back(id);
  if (order_.size() > kOutcomesMax) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

void Outcomes::end(const std::string& id, Outcome outcome) {
  std::size_t bytes = 0;
  for (const delegation::Frame& frame : outcome.said) bytes += frame.payload.size();
  if (bytes > kOutcomeBytesMax) {
    outcome.said = {{delegation::FrameType::err, "shelduck: its answer was too long to be kept\n"}};
  }
  {
    const std::scoped_lock lock{mutex_};
    const auto found = known_.find(id);
    if (found == known_.end() || found->second.exit_code) return;
    found->second = std::move(outcome);
  }
  changes_.notify_all();
}

std::optional<Outcome> Outcomes::wait(const std::string& id, Seconds patience) {
  std::unique_lock lock{mutex_};
  const auto is_settled = [&] {
    const auto found = known_.find(id);
    return found == known_.end() || found->second.exit_code.has_value();
  };
  changes_.wait_for(lock, patience, is_settled);
  const auto found = known_.find(id);
  return found == known_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace shelduck::server
