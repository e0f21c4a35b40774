// /var/log/emerge.log: "epoch: text". No process ids, so runs nest and overlap: merges are paired
// by package and not by run, and what a run says of its end is not trusted.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "shelduck/interop/logs/reading.hpp"

namespace shelduck::interop::logs {
namespace {

// No merge takes longer: an end that comes later is another merge's.
constexpr std::chrono::days kMergeMax{7};

// Merges at once, and sessions at once, that a log can keep waiting for their ends.
constexpr std::size_t kOpenMergesMax = 4096;
constexpr std::size_t kOpenEmergeSessionsMax = 64;

struct Epoch {
  Instant at;
  std::string_view text;
};

std::optional<Epoch> read_epoch(std::string_view line) {
  constexpr std::size_t kDigitsMax = 11;
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon > kDigitsMax) return std::nullopt;  // npos too
  std::int64_t seconds = 0;
  for (const char c : line.substr(0, colon)) {
    if (c < '0' || c > '9') return std::nullopt;
    seconds = seconds * 10 + (c - '0');
  }
  return Epoch{.at = Instant{std::chrono::seconds{seconds}},
               .text = without_leading_spaces(line.substr(colon + 1))};
}

// "1 of 3) sys-devel/gcc-13.2.1-r1 to /"
struct Merge {
  std::string_view package;  // sys-devel/gcc-13.2.1-r1
  std::string_view target;   // sys-devel/gcc-13.2.1-r1 to /
};

bool take_number(std::string_view& text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(digits);
  return digits > 0;
}

std::optional<Merge> read_merge(std::string_view text) {
  if (!take_number(text) || !text.starts_with(" of ")) return std::nullopt;
  text.remove_prefix(4);
  if (!take_number(text) || !text.starts_with(") ")) return std::nullopt;
  const std::string_view target = text.substr(2);
  const std::size_t to = target.find(" to /");
  const std::string_view package = target.substr(0, to);
  if (to == std::string_view::npos || package.find('/') == std::string_view::npos) {
    return std::nullopt;
  }
  return Merge{.package = package, .target = target};
}

// sys-devel/gcc-13.2.1-r1 without revision and version.
std::string_view without_version(std::string_view package) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t dash = package.rfind('-');
  if (dash == std::string_view::npos || dash + 1 >= package.size()) return package;
  const bool revision = package[dash + 1] == 'r' && dash + 2 < package.size() &&
                        is_digit(package[dash + 2]) && dash > 0;
  if (revision) dash = package.rfind('-', dash - 1);
  if (dash == std::string_view::npos || !is_digit(package[dash + 1])) return package;
  return package.substr(0, dash);
}

// "Feb 13, 2009 23:31:30", the local time of the machine, against the epoch of the same line.
std::optional<int> offset_of(std::string_view text, Instant at) {
  const auto month = read_month(text);
  if (!month || text.size() < 21 || text[3] != ' ' || text[6] != ',') return std::nullopt;
  const unsigned number = *month;
  std::string iso{text.substr(8, 4)};
  iso += number < 10 ? "-0" : "-1";
  iso += static_cast<char>('0' + number % 10);
  iso.append("-").append(text.substr(4, 2)).append(" ").append(text.substr(13, 8));
  const auto stamp = read_iso(iso);
  if (!stamp) return std::nullopt;
  constexpr std::int64_t kQuarter = 15;
  constexpr std::int64_t kOffsetMinutesMax = 900;  // no zone is 15 hours away
  const std::int64_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(stamp->local - at).count();
  // Both times are taken one after the other, so they may differ by seconds.
  const std::int64_t half = seconds < 0 ? -kQuarter * 30 : kQuarter * 30;
  const std::int64_t minutes = (seconds + half) / (kQuarter * 60) * kQuarter;
  if (std::abs(minutes) > kOffsetMinutesMax || std::abs(seconds - minutes * 60) > 60) {
    return std::nullopt;
  }
  return static_cast<int>(minutes);
}

struct EmergeSession {
  Instant start;
  std::string command{};
  bool has_merged = false;
};

class EmergeReader final : public EntryReader {
 public:
  explicit EmergeReader(Reading& reading) : reading_(reading) {}

  void line(std::string_view text) override {
    const auto epoch = read_epoch(text);
    if (!epoch) return reading_.reject("the line does not begin with seconds since 1970");
    now_ = epoch->at;
    expire();
    event(epoch->text);
  }

  void finish() override {
    for (Open& open : queue_) {
      if (!open.is_settled) open.entry.flags.set(Flag::open_at_end);
      open.is_settled = true;
    }
    flush();
    while (!sessions_.empty()) end_session(sessions_.size() - 1);
  }

 private:
  struct Open {
    LogEntry entry;
    std::string target;
    bool is_settled = false;
  };

  void event(std::string_view text) {
    if (const auto merge = after(text, ">>> emerge (")) return start_merge(*merge);
    if (const auto merge = after(text, "::: completed emerge (")) return end_merge(*merge);
    if (const auto time = after(text, "Started emerge on: ")) return start_session(*time);
    if (const auto command = after(text, "*** emerge ")) {
      if (!sessions_.empty() && sessions_.back().command.empty()) {
        sessions_.back().command = "emerge " + std::string(without_leading_spaces(*command));
      }
      return;
    }
    if (text.starts_with("*** terminating.")) {
      if (!sessions_.empty()) end_session(sessions_.size() - 1);
    } else if (text.empty() || text.starts_with(":::") || text == ">>>" || text == "***") {
      reading_.reject("the line is cut off");
    }
  }

  void start_session(std::string_view time) {
    if (const auto offset = offset_of(time, now_)) offset_ = offset;
    if (sessions_.size() == kOpenEmergeSessionsMax) end_session(0);
    sessions_.push_back({.start = now_});
  }

  void end_session(std::size_t index) {
    const auto session = sessions_.begin() + static_cast<std::ptrdiff_t>(index);
    if (!session->has_merged) reading_.count_check();
    if (!is_sync(*session)) last_merging_ = *session;
    sessions_.erase(session);
  }

  static bool is_sync(const EmergeSession& session) {
    return session.command.find("--sync") != std::string::npos;
  }

  // The session that began last and does not synchronise; one that was said to be over if need be.
  EmergeSession* merging_session() {
    for (std::size_t i = sessions_.size(); i-- > 0;) {
      if (!is_sync(sessions_[i])) return &sessions_[i];
    }
    return last_merging_ ? &*last_merging_ : nullptr;
  }

  LogEntry new_entry(const Merge& merge, std::string_view written) {
    LogEntry entry = reading_.new_entry();
    entry.item = without_version(merge.package);
    entry.utc_offset_minutes = offset_;
    entry.packages_total = 1;
    entry.identity_bytes = written;
    if (EmergeSession* session = merging_session()) {
      session->has_merged = true;
      entry.command_line = session->command;
      entry.session_start = session->start;
    }
    return entry;
  }

  void start_merge(std::string_view text) {
    const auto merge = read_merge(text);
    if (!merge) return reading_.reject("the start of a merge is cut off");
    Open open{.entry = new_entry(*merge, text), .target = std::string(merge->target)};
    open.entry.start = now_;
    open.entry.status = Status::interrupted;
    settle(open.target);  // it starts again, so the earlier one came to nothing
    open_[open.target] = first_ + queue_.size();
    queue_.push_back(std::move(open));
    if (queue_.size() > kOpenMergesMax) settle(queue_.front().target);
    flush();
  }

  void end_merge(std::string_view text) {
    const auto merge = read_merge(text);
    if (!merge) return reading_.reject("the end of a merge is cut off");
    const auto found = open_.find(std::string(merge->target));
    if (found == open_.end()) return end_only(*merge, text);
    Open& open = queue_[found->second - first_];
    open.entry.end = now_;
    open.entry.status = Status::success;
    open.entry.packages_updated = 1;
    open.is_settled = true;
    open_.erase(found);
    flush();
  }

  void end_only(const Merge& merge, std::string_view text) {
    Open open{.entry = new_entry(merge, text), .target = {}, .is_settled = true};
    open.entry.end = now_;
    open.entry.packages_updated = 1;
    open.entry.identity_bytes.append(" ended ").append(to_string(now_));
    queue_.push_back(std::move(open));
    flush();
  }

  // Leaves an open merge as it is: interrupted.
  void settle(const std::string& target) {
    const auto found = open_.find(target);
    if (found == open_.end()) return;
    queue_[found->second - first_].is_settled = true;
    open_.erase(found);
  }

  void expire() {
    while (!queue_.empty() && now_ - *queue_.front().entry.start > kMergeMax) {
      settle(std::string(queue_.front().target));
      flush();
    }
  }

  // Hands over in the order of the starts, so an open merge keeps back those behind it.
  void flush() {
    while (!queue_.empty() && queue_.front().is_settled) {
      reading_.deliver(std::move(queue_.front().entry));
      queue_.pop_front();
      ++first_;
    }
  }

  Reading& reading_;
  Instant now_;
  std::optional<int> offset_;
  std::vector<EmergeSession> sessions_;  // open ones, the latest last
  std::optional<EmergeSession> last_merging_;
  std::deque<Open> queue_;
  std::size_t first_ = 0;                              // number of the queue's front
  std::unordered_map<std::string, std::size_t> open_;  // target to number
};

}  // namespace

std::unique_ptr<EntryReader> make_emerge_reader(Reading& reading) {
  return std::make_unique<EmergeReader>(reading);
}

}  // namespace shelduck::interop::logs
