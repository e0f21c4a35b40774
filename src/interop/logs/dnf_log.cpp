// /var/log/dnf.log: sessions of several dnf processes, interleaved and without process ids. Message
// texts are translated; only the level, `logging initialized`, `Base command:`, `Command:`, `RPM
// transaction ...` and `Cleaning up.` are stable. rpm allows one transaction at a time, so start
// and over pair up globally.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "shelduck/interop/logs/dated_line.hpp"
#include "shelduck/interop/logs/reading.hpp"

namespace shelduck::interop::logs {
namespace {

// Killed sessions never end; more than this were never at work at once.
constexpr std::size_t kOpenDnfSessionsMax = 64;

// Commands that never change a package.
bool only_looks(std::string_view command) {
  constexpr std::array<std::string_view, 14> kLookers{
      "makecache", "check-update", "check",    "list",    "info",  "search", "repoquery",
      "repolist",  "provides",     "repoinfo", "deplist", "clean", "help",   "updateinfo"};
  return std::find(kLookers.begin(), kLookers.end(), take_word(command)) != kLookers.end();
}

struct DnfSession {
  std::string base_command{};  // "upgrade"
  std::string command{};       // "dnf -y upgrade"
};

class DnfReader final : public EntryReader {
 public:
  explicit DnfReader(Reading& reading) : reading_(reading), dates_(reading) {}

  void line(std::string_view text) override {
    const auto dated = dates_.read(text);
    if (!dated) return;
    message(*dated);
  }

  void finish() override {
    if (transaction_ && !transaction_->end) transaction_->flags.set(Flag::open_at_end);
    deliver();
    while (!sessions_.empty()) end_session(sessions_.size() - 1);
  }

 private:
  void message(const DatedLine& line) {
    const std::string_view text = line.message;
    if (text.find("logging initialized") != std::string_view::npos) {
      if (sessions_.size() == kOpenDnfSessionsMax) end_session(0);
      sessions_.emplace_back();
    } else if (const auto base = after(text, "Base command: ")) {
      if (!sessions_.empty()) sessions_.back().base_command = *base;
    } else if (const auto command = after(text, "Command: ")) {
      if (!sessions_.empty()) sessions_.back().command = *command;
    } else if (text.starts_with("RPM transaction start")) {
      start(line);
    } else if (text.starts_with("RPM transaction over")) {
      over(line);
    } else if (text.starts_with("Cleaning up.")) {
      clean_up();
    } else if (line.level == "CRITICAL") {
      note_failure(text);
    }
  }

  void start(const DatedLine& line) {
    deliver();
    DnfSession starter = take_starter();
    transaction_ = reading_.new_entry();
    transaction_->start = line.time.instant;
    transaction_->utc_offset_minutes = line.utc_offset_minutes;
    transaction_->flags.set(line.time.flags);
    transaction_->status = Status::interrupted;
    transaction_->command_line =
        starter.command.empty() ? starter.base_command : std::move(starter.command);
    transaction_->identity_bytes = transaction_->command_line;
  }

  // The session that began last and can change packages leaves the list of open ones: its end
  // comes after the transaction's. A session may have been closed by another's `Cleaning up.`.
  DnfSession take_starter() {
    for (std::size_t i = sessions_.size(); i-- > 0;) {
      if (only_looks(sessions_[i].base_command)) continue;
      last_worker_ = sessions_[i];
      sessions_.erase(sessions_.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
    return last_worker_;
  }

  void over(const DatedLine& line) {
    if (!transaction_ || transaction_->end) {
      // A log may begin inside a transaction; elsewhere something is missing.
      if (!std::exchange(seen_transaction_, true)) return;
      return reading_.reject("an RPM transaction is over that did not start");
    }
    seen_transaction_ = true;
    transaction_->end = line.time.instant;
    transaction_->flags.set(line.time.flags);
    transaction_->status = Status::success;
  }

  // CRITICAL after the transaction and before its session cleans up means that it failed; before
  // it, it may be a question about a key, and during it another session.
  void note_failure(std::string_view text) {
    if (!transaction_ || !transaction_->end || transaction_->status == Status::failed) return;
    if (text.starts_with("Importing GPG key")) return;
    transaction_->status = Status::failed;
    transaction_->status_raw = "CRITICAL";
    transaction_->error_message = text;
  }

  void clean_up() {
    if (transaction_ && transaction_->end) return deliver();
    if (!sessions_.empty()) end_session(sessions_.size() - 1);
  }

  void end_session(std::size_t index) {
    const auto session = sessions_.begin() + static_cast<std::ptrdiff_t>(index);
    if (!only_looks(session->base_command)) last_worker_ = *session;
    reading_.count_check();
    sessions_.erase(session);
  }

  void deliver() {
    if (!transaction_) return;
    seen_transaction_ = true;
    reading_.deliver(std::move(*transaction_));
    transaction_.reset();
  }

  Reading& reading_;
  DatedLines dates_;
  std::vector<DnfSession> sessions_;  // open ones, without the starter of a transaction
  DnfSession last_worker_;
  std::optional<LogEntry> transaction_;
  bool seen_transaction_ = false;
};

}  // namespace

std::unique_ptr<EntryReader> make_dnf_reader(Reading& reading) {
  return std::make_unique<DnfReader>(reading);
}

}  // namespace shelduck::interop::logs
