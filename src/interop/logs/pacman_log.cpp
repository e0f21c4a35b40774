// /var/log/pacman.log in all its ages: bare lines with minutes (before 4.1), tagged lines whose
// packages are [PACMAN]'s (4.1), transactions of [ALPM] (since 4.2), ISO times with offsets (5.2).
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "shelduck/interop/logs/reading.hpp"

namespace shelduck::interop::logs {
namespace {

enum class Speaker {
  nobody,     // before 4.1
  caller,     // [PACMAN]
  stranger,   // another program on top of the library, such as [PAMAC]
  library,    // [ALPM]
  scriptlet,  // [ALPM-SCRIPTLET]
};

Speaker take_speaker(std::string_view& rest) {
  const std::size_t close = rest.find("] ");
  if (!rest.starts_with('[') || close == std::string_view::npos || close == 1) {
    return Speaker::nobody;
  }
  const std::string_view tag = rest.substr(1, close - 1);
  if (tag.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != std::string_view::npos) {
    return Speaker::nobody;
  }
  rest.remove_prefix(close + 2);
  if (tag == "ALPM") return Speaker::library;
  if (tag == "ALPM-SCRIPTLET") return Speaker::scriptlet;
  return tag == "PACMAN" ? Speaker::caller : Speaker::stranger;
}

// "upgraded readline (6.3-4 -> 7.0-1)", but not "removed '/etc/...'".
bool is_package_line(std::string_view text) {
  constexpr std::array<std::string_view, 5> kVerbs{"upgraded", "installed", "removed",
                                                   "reinstalled", "downgraded"};
  const std::string_view verb = take_word(text);
  if (std::find(kVerbs.begin(), kVerbs.end(), verb) == kVerbs.end()) return false;
  const std::string_view name = take_word(text);
  return !name.empty() && name.find_first_of("'\"/`") == std::string_view::npos &&
         text.starts_with('(');
}

class PacmanReader final : public EntryReader {
 public:
  explicit PacmanReader(Reading& reading) : reading_(reading) {}

  void line(std::string_view text) override {
    const auto stamp = text.starts_with('[') ? read_iso(text.substr(1)) : std::nullopt;
    if (!stamp || text.size() <= stamp->length + 1 || text[stamp->length + 1] != ']') {
      return continuation(text);
    }
    continues_ = true;
    in_command_ = false;
    std::string_view rest = without_leading_spaces(text.substr(stamp->length + 2));
    now_ = *stamp;
    time_ = reading_.when(*stamp);
    const Speaker speaker = take_speaker(rest);
    if (speaker == Speaker::library || speaker == Speaker::scriptlet) {
      library_line(rest, speaker);
    } else {
      caller_line(rest, speaker);
    }
  }

  void finish() override {
    close_plain();
    if (transaction_ && !is_finished_) transaction_->flags.set(Flag::open_at_end);
    close_transaction();
    end_session();
  }

 private:
  // Lines without a time: the rest of a command with a line feed in it, or of a message.
  void continuation(std::string_view text) {
    const bool broken_time = text.size() > 1 && text[0] == '[' && text[1] >= '0' && text[1] <= '9';
    if (!continues_ || broken_time) {
      continues_ = false;
      return reading_.reject("the line does not begin with a time in brackets");
    }
    if (!in_command_) return;
    command_ += '\n';
    append_command(text);
  }

  void append_command(std::string_view text) {
    in_command_ = !text.ends_with('\'');
    if (!in_command_) text.remove_suffix(1);
    command_ += text;
  }

  void caller_line(std::string_view text, Speaker speaker) {
    if (is_package_line(text)) return plain_package();
    const bool starts_work = text == "synchronizing package lists" ||
                             text == "starting full system upgrade" ||
                             text.starts_with("Running '");
    // The hooks of a transaction run until the caller speaks again.
    if (is_finished_ && (starts_work || speaker != Speaker::nobody)) close_transaction();
    if (starts_work) close_plain();
    if (speaker == Speaker::stranger) forget_command();
    if (const auto command = after(text, "Running '")) {
      end_session();
      has_command_ = true;
      command_.clear();
      running_ = time_;
      append_command(*command);
    } else if (text == "synchronizing package lists") {
      if (!has_command_) end_session();
      has_synchronised_ = true;
    } else if (plain_) {
      extend_plain();
    }
  }

  // What pacman ran before is not what this program runs.
  void forget_command() {
    command_.clear();
    has_command_ = false;
    running_.reset();
  }

  void library_line(std::string_view text, Speaker speaker) {
    if (speaker == Speaker::library) {
      if (text == "transaction started") return open_transaction(time_.instant);
      const bool is_end = text == "transaction completed" || text == "transaction failed" ||
                          text == "transaction interrupted";
      // A log may begin inside a transaction.
      if (!transaction_ && (is_end || is_package_line(text))) open_transaction(std::nullopt);
      if (is_end) note_end(text);
      if (transaction_ && is_package_line(text)) ++packages_;
    }
    if (transaction_) {
      transaction_->end = time_.instant;
      transaction_->flags.set(time_.flags);
    } else if (plain_) {
      extend_plain();
    }
  }

  void note_end(std::string_view text) {
    is_finished_ = true;
    transaction_->status_raw = text;
    transaction_->status = text == "transaction completed" ? Status::success
                           : text == "transaction failed"  ? Status::failed
                                                           : Status::interrupted;
  }

  LogEntry new_entry() {
    LogEntry entry = reading_.new_entry();
    entry.command_line = command_;
    entry.resolution_seconds = now_.has_seconds ? 1.0 : 60.0;
    entry.utc_offset_minutes = known_offset(now_, time_, reading_.options());
    entry.flags.set(time_.flags);
    has_worked_ = true;
    return entry;
  }

  void open_transaction(std::optional<Instant> start) {
    close_plain();
    close_transaction();
    transaction_ = new_entry();
    transaction_->start = start;
    transaction_->identity_bytes = command_;
    if (!start) transaction_->identity_bytes += " cut " + to_string(time_.instant);
    transaction_->status = Status::interrupted;
  }

  void close_transaction() {
    if (!transaction_) return;
    if (is_finished_) {
      transaction_->packages_updated = packages_;
    } else if (transaction_->start) {
      transaction_->end.reset();
    }
    if (transaction_->status == Status::success) transaction_->packages_total = packages_;
    reading_.deliver(std::move(*transaction_));
    transaction_.reset();
    packages_ = 0;
    is_finished_ = false;
  }

  // A package outside a transaction: before 4.2 there were none.
  void plain_package() {
    // Without transactions and without `Running` only a pause parts two updates.
    if (plain_ && !has_command_ && time_.instant - *plain_->end > kEntryPause) close_plain();
    if (!plain_) {
      plain_ = new_entry();
      plain_->start = running_ ? running_->instant : time_.instant;
      plain_->identity_bytes = command_;
      plain_->steps.push_back({.name = "packages", .start = time_.instant, .end = {}});
    }
    ++packages_;
    extend_plain();
  }

  void extend_plain() {
    plain_->end = time_.instant;
    plain_->flags.set(time_.flags);
    plain_->steps.front().end = time_.instant;
  }

  void close_plain() {
    if (!plain_) return;
    plain_->packages_total = packages_;
    plain_->packages_updated = packages_;
    reading_.deliver(std::move(*plain_));
    plain_.reset();
    packages_ = 0;
    running_.reset();
  }

  // One command that synchronised and changed nothing was a check.
  void end_session() {
    if (has_synchronised_ && !has_worked_) reading_.count_check();
    has_synchronised_ = false;
    has_worked_ = false;
  }

  Reading& reading_;
  Stamp now_;
  ZonedTime time_;
  bool continues_ = false;   // a line was understood, so that others may continue it
  bool in_command_ = false;  // the quote of `Running '` is open
  std::string command_;
  bool has_command_ = false;
  std::optional<ZonedTime> running_;
  bool has_synchronised_ = false;
  bool has_worked_ = false;
  std::optional<LogEntry> transaction_;
  bool is_finished_ = false;
  std::optional<LogEntry> plain_;
  std::int64_t packages_ = 0;
};

}  // namespace

std::unique_ptr<EntryReader> make_pacman_reader(Reading& reading) {
  return std::make_unique<PacmanReader>(reading);
}

}  // namespace shelduck::interop::logs
