#include "shelduck/interop/logs/grouping.hpp"

#include <algorithm>

namespace shelduck::interop::logs {

Placement Grouping::place(const LogEntry& entry) {
  return entry.session_start ? by_session(entry) : by_gap(entry);
}

Placement Grouping::by_session(const LogEntry& entry) {
  const Instant session = *entry.session_start;
  // Sessions of ninja are estimates, those of emerge are exact.
  const Microseconds reach = format_ == Format::ninja ? Microseconds{kRunGap} : Microseconds{0};
  const auto found = sessions_.lower_bound({session - reach, {}});
  for (auto near = found; near != sessions_.end() && near->first.first <= session + reach; ++near) {
    if (near->first.second == entry.command_line) return {.run = near->second, .opens = false};
  }
  sessions_.emplace(std::pair{session, entry.command_line}, runs_);
  return {.run = runs_++, .opens = true};
}

Placement Grouping::by_gap(const LogEntry& entry) {
  const Instant time = entry.time();
  const Instant reached = std::max(time, entry.end.value_or(time));
  const bool joins = last_ && last_->command_line == entry.command_line &&
                     last_->requester == entry.requester && time - last_->reached <= kRunGap &&
                     last_->reached - time <= kRunGap;
  if (joins) {
    last_->reached = reached;
    return {.run = last_->run, .opens = false};
  }
  last_ = Last{.run = runs_,
               .reached = reached,
               .command_line = entry.command_line,
               .requester = entry.requester};
  return {.run = runs_++, .opens = true};
}

}  // namespace shelduck::interop::logs
