#include "shelduck/server/watchdog.hpp"

#include <algorithm>
#include <utility>

namespace shelduck::server {

void Watchdog::look(const std::vector<std::uint64_t>& progress, Moment now) {
  if (period_ <= Seconds{0}) return;
  progress_.resize(progress.size());
  changed_.resize(progress.size());
  for (std::size_t i = 0; i < progress.size(); ++i) {
    if (progress[i] != std::exchange(progress_[i], progress[i])) changed_[i] = now;
  }
  const bool is_stuck =
      std::ranges::any_of(changed_, [&](Moment changed) { return now - changed >= period_ / 2; });
  if (is_stuck || now - fed_ < period_ / 4) return;
  fed_ = now;
  notifier_.say("WATCHDOG=1");
}

}  // namespace shelduck::server
