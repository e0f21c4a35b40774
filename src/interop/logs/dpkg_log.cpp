// /var/log/dpkg.log: one event a line, in groups that begin with `startup`. apt starts dpkg several
// times per run, so it makes several groups.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

#include "shelduck/interop/logs/reading.hpp"

namespace shelduck::interop::logs {
namespace {

bool is_action(std::string_view word) {
  constexpr std::array<std::string_view, 7> kActions{"install",  "upgrade",   "configure", "remove",
                                                     "trigproc", "disappear", "purge"};
  return std::find(kActions.begin(), kActions.end(), word) != kActions.end();
}

class DpkgReader final : public EntryReader {
 public:
  explicit DpkgReader(Reading& reading) : reading_(reading) {}

  void line(std::string_view text) override {
    const auto stamp = read_iso(text);
    if (!stamp || text.size() <= stamp->length) {
      return reading_.reject("the line does not begin with a time and an event");
    }
    std::string_view rest = without_leading_spaces(text.substr(stamp->length));
    const std::string_view event = rest;
    const std::string_view word = take_word(rest);
    // Written by another program, and days after the group when an administrator runs it.
    if (word == "update-alternatives:") return;
    if (word != "startup" && word != "status" && word != "conffile" && !is_action(word)) {
      return reading_.reject("the event is none of dpkg's");
    }
    const ZonedTime time = reading_.when(*stamp);
    if (word == "startup") {
      close();
      return open(*stamp, time, event);
    }
    // dpkg writes this before the `startup` of the run that it belongs to, so it does not show
    // that the group before was still at work.
    if (word == "status" && rest.starts_with("triggers-")) return;
    extend(*stamp, time, event);
    if (word == "status") {
      note_state(rest);
    } else {
      note_action(word, rest);
    }
  }

  void finish() override {
    if (!entry_) return;
    if (!half_done_.empty()) entry_->flags.set(Flag::open_at_end);
    close();
  }

 private:
  void open(const Stamp& stamp, const ZonedTime& time, std::string_view event) {
    entry_ = reading_.new_entry();
    entry_->start = time.instant;
    entry_->end = time.instant;
    entry_->utc_offset_minutes = known_offset(stamp, time, reading_.options());
    entry_->flags.set(time.flags);
    entry_->identity_bytes = event;
    has_startup_ = event.starts_with("startup");
    packages_ = 0;
    half_done_.clear();
    last_action_.clear();
  }

  void extend(const Stamp& stamp, const ZonedTime& time, std::string_view event) {
    // Logs from before 2007 know no `startup`: there a pause parts the groups.
    if (entry_ && !has_startup_ && time.instant - *entry_->end > kEntryPause) close();
    if (!entry_) {
      open(stamp, time, event);
      // The first group of a log may have begun in a part that is gone.
      if (!std::exchange(seen_group_, true)) {
        entry_->start.reset();
        entry_->identity_bytes.append(" ").append(to_string(time.instant));
      }
      return;
    }
    entry_->end = time.instant;
    entry_->flags.set(time.flags);
  }

  // "half-installed libc6:amd64 2.36-9": a package that ends so was left in the middle.
  void note_state(std::string_view rest) {
    const std::string_view state = take_word(rest);
    const std::string package{take_word(rest)};
    if (state.starts_with("half-")) {
      half_done_[package] = state;
    } else if (!half_done_.empty()) {
      half_done_.erase(package);
    }
  }

  // --purge writes `remove` and then `purge` for one package.
  void note_action(std::string_view word, std::string_view rest) {
    if (word == "trigproc" || word == "conffile") return;
    const std::string_view package = take_word(rest);
    if (word != "purge" || package != last_action_) ++packages_;
    last_action_ = package;
  }

  void close() {
    seen_group_ = true;
    if (!entry_) return;
    entry_->packages_total = packages_;
    if (half_done_.empty()) {
      entry_->packages_updated = packages_;
    } else {
      note_failure();
    }
    reading_.deliver(std::move(*entry_));
    entry_.reset();
  }

  void note_failure() {
    // The smallest name, so that the text does not depend on the order of a hash table.
    const auto first = std::min_element(half_done_.begin(), half_done_.end());
    entry_->status_raw = first->second + " " + first->first;
    const auto left = static_cast<std::int64_t>(half_done_.size());
    entry_->packages_updated = std::max<std::int64_t>(packages_ - left, 0);
    if (entry_->flags.has(Flag::open_at_end)) {
      entry_->status = Status::interrupted;
      if (entry_->start) entry_->end.reset();
      return;
    }
    entry_->status = Status::failed;
    entry_->error_message = "packages were left " + first->second + ": " + first->first;
    if (left > 1) entry_->error_message += " and " + std::to_string(left - 1) + " more";
  }

  Reading& reading_;
  std::optional<LogEntry> entry_;
  bool has_startup_ = false;
  bool seen_group_ = false;
  std::int64_t packages_ = 0;
  std::unordered_map<std::string, std::string> half_done_;  // package to state
  std::string last_action_;
};

}  // namespace

std::unique_ptr<EntryReader> make_dpkg_reader(Reading& reading) {
  return std::make_unique<DpkgReader>(reading);
}

}  // namespace shelduck::interop::logs
