// /var/log/apt/history.log: blocks from Start-Date to End-Date, one field a line. Field names and
// their order are those of apt-pkg/deb/dpkgpm.cc; all but Start-Date may be missing.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include "shelduck/interop/logs/reading.hpp"

namespace shelduck::interop::logs {
namespace {

// "a:amd64 (1, 2), b (1, automatic)": commas inside brackets separate no packages.
std::int64_t count_packages(std::string_view list) {
  if (list.find_first_not_of(' ') == std::string_view::npos) return 0;
  std::int64_t count = 1;
  int depth = 0;
  for (const char c : list) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == ',' && depth <= 0) ++count;
  }
  return count;
}

// "Sub-process /usr/bin/dpkg returned an error code (1)"
std::optional<int> error_code(std::string_view message) {
  constexpr std::string_view kWords = "returned an error code (";
  const std::size_t found = message.find(kWords);
  if (found == std::string_view::npos) return std::nullopt;
  const std::string_view digits = message.substr(found + kWords.size());
  int code = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code);
  if (error != std::errc{} || stop == digits.data() + digits.size() || *stop != ')') {
    return std::nullopt;
  }
  return code;
}

bool is_field_name(std::string_view name) {
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return c == '-' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
         });
}

bool is_package_list(std::string_view name) {
  constexpr std::array<std::string_view, 6> kLists{"Install",   "Reinstall", "Upgrade",
                                                   "Downgrade", "Remove",    "Purge"};
  return std::find(kLists.begin(), kLists.end(), name) != kLists.end();
}

class AptReader final : public EntryReader {
 public:
  explicit AptReader(Reading& reading) : reading_(reading) {}

  void line(std::string_view text) override {
    if (text.find_first_not_of(" \t") == std::string_view::npos) return;
    const std::size_t colon = text.find(':');
    const std::string_view name = text.substr(0, colon);
    if (colon == std::string_view::npos || !is_field_name(name)) {
      return reading_.reject("the line is no field of an apt history");
    }
    const std::string_view value = without_leading_spaces(text.substr(colon + 1));
    if (name == "Start-Date") return open(value);
    if (!entry_) return stray();
    if (name == "End-Date") return close(value);
    field(name, value);
  }

  void finish() override {
    if (!entry_) return;
    entry_->flags.set(Flag::open_at_end);
    interrupt();
  }

 private:
  void open(std::string_view value) {
    interrupt();
    const auto stamp = read_iso(value);
    if (!stamp) {
      in_lost_block_ = true;
      return reading_.reject("the Start-Date is no time, so its block is left out");
    }
    const ZonedTime time = reading_.when(*stamp);
    entry_ = reading_.new_entry();
    entry_->start = time.instant;
    entry_->utc_offset_minutes = known_offset(*stamp, time, reading_.options());
    entry_->flags.set(time.flags);
    packages_ = 0;
    in_lost_block_ = false;
  }

  // A field outside a block; of one block only the first is reported.
  void stray() {
    if (std::exchange(in_lost_block_, true)) return;
    reading_.reject("the field stands before any Start-Date, so its block is left out");
  }

  void field(std::string_view name, std::string_view value) {
    if (name == "Error") {
      entry_->status = Status::failed;
      entry_->status_raw = "Error";
      entry_->error_message = value;
      entry_->exit_code = error_code(value);
      return;
    }
    if (name == "Disappeared") return;  // written at the end, and not asked for
    if (name == "Commandline") entry_->command_line = value;
    if (name == "Requested-By") entry_->requester = value.substr(0, value.rfind(" ("));
    if (is_package_list(name)) packages_ += count_packages(value);
    std::string& identity = entry_->identity_bytes;
    identity.append(name).append(": ").append(value).append("\n");
  }

  void close(std::string_view value) {
    const auto stamp = read_iso(value);
    if (!stamp) return reading_.reject("the End-Date is no time, so its block stays open");
    const ZonedTime time = reading_.when(*stamp);
    entry_->end = time.instant;
    entry_->flags.set(time.flags);
    entry_->packages_total = packages_;
    if (entry_->status == Status::success) entry_->packages_updated = packages_;
    reading_.deliver(std::move(*entry_));
    entry_.reset();
  }

  // A block without End-Date, whatever it says of errors.
  void interrupt() {
    if (!entry_) return;
    entry_->status = Status::interrupted;
    entry_->packages_total = packages_;
    reading_.deliver(std::move(*entry_));
    entry_.reset();
  }

  Reading& reading_;
  std::optional<LogEntry> entry_;
  std::int64_t packages_ = 0;
  bool in_lost_block_ = false;
};

}  // namespace

std::unique_ptr<EntryReader> make_apt_reader(Reading& reading) {
  return std::make_unique<AptReader>(reading);
}

}  // namespace shelduck::interop::logs
