#include "shelduck/server/watchdog.hpp"

namespace shelduck::server {

void Watchdog::look(std::uint64_t progress, Moment now) {
  if (period_ <= Seconds{0}) return;
  if (progress != progress_) {
    progress_ = progress;
    changed_ = now;
  }
  if (now - changed_ >= period_ / 2 || now - fed_ < period_ / 4) return;
  fed_ = now;
  notifier_.say("WATCHDOG=1");
}

}  // namespace shelduck::server
