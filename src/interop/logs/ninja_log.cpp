// .ninja_log, versions 5 to 7: "start end mtime output hash", parted by tabs; start and end in
// milliseconds since the build began, mtime an absolute time whose unit depends on version and
// system. A command with several outputs has one line for each.
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "shelduck/interop/logs/reading.hpp"
#include "shelduck/interop/logs/seen_counter.hpp"

namespace shelduck::interop::logs {
namespace {

using std::chrono::milliseconds;

constexpr int kVersionMin = 5;
constexpr int kVersionMax = 7;
constexpr int kStartTimeVersion = 6;  // from here on mtime is the command's start

// On Windows ninja counts units of 100 ns from 12 622 770 400 s after the year 1601 on.
constexpr std::chrono::seconds kWindowsEpoch =
    std::chrono::sys_days{std::chrono::January / 1 / 1601}.time_since_epoch() +
    std::chrono::seconds{12'622'770'400};

// Seconds lie below the first bound until the year 5138, 100 ns units between the second and the
// third for 300 years, and nanoseconds above the third since 1973.
constexpr std::int64_t kSecondsEnd = 100'000'000'000;
constexpr std::int64_t kWindowsBegin = 100'000'000'000'000;
constexpr std::int64_t kNanosecondsBegin = 100'000'000'000'000'000;

// No command runs for 30 years.
constexpr std::int64_t kMillisecondsEnd = 1'000'000'000'000;

std::optional<Instant> absolute_time(std::int64_t mtime) {
  if (mtime <= 0) return std::nullopt;
  if (mtime < kSecondsEnd) return Instant{std::chrono::seconds{mtime}};
  if (mtime < kWindowsBegin) return std::nullopt;
  if (mtime < kNanosecondsBegin) return Instant{kWindowsEpoch + Microseconds{mtime / 10}};
  return Instant{Microseconds{mtime / 1000}};
}

struct Command {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::int64_t mtime = 0;
  std::string_view output{};
  std::string_view hash_text{};
  std::uint64_t hash = 0;
};

std::string_view take_field(std::string_view& line) {
  const std::size_t tab = line.find('\t');
  const std::string_view field = line.substr(0, tab);
  line = tab == std::string_view::npos ? std::string_view{} : line.substr(tab + 1);
  return field;
}

template <class Number>
bool read_number(std::string_view text, Number& value, int base) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc{} && stop == text.data() + text.size();
}

std::optional<Command> read_command(std::string_view line) {
  Command command;
  if (!read_number(take_field(line), command.start_ms, 10)) return std::nullopt;
  if (!read_number(take_field(line), command.end_ms, 10)) return std::nullopt;
  if (!read_number(take_field(line), command.mtime, 10)) return std::nullopt;
  command.output = take_field(line);
  command.hash_text = line;
  if (command.output.empty() || !read_number(line, command.hash, 16)) return std::nullopt;
  const auto is_sane = [](std::int64_t ms) { return ms >= 0 && ms < kMillisecondsEnd; };
  if (!is_sane(command.start_ms) || !is_sane(command.end_ms)) return std::nullopt;
  return command;
}

struct CommandKey {
  std::int64_t start_ms;
  std::int64_t end_ms;
  std::uint64_t hash;
  bool operator==(const CommandKey&) const = default;
};

struct CommandKeyHash {
  std::size_t operator()(const CommandKey& key) const noexcept {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // golden ratio: spreads small numbers
    const auto times =
        static_cast<std::uint64_t>(key.start_ms) * kOdd ^ static_cast<std::uint64_t>(key.end_ms);
    return (times * kOdd) ^ key.hash;
  }
};

class NinjaReader final : public EntryReader {
 public:
  explicit NinjaReader(Reading& reading) : reading_(reading) {}

  void line(std::string_view text) override {
    if (text.starts_with('#')) return header(text);
    if (text.empty() || (has_header_ && !version_)) return;  // of a version that was rejected
    if (!version_) return reading_.reject("the line stands before the version of the log");
    const auto command = read_command(text);
    if (!command) return reading_.reject("the line is not start, end, mtime, output and hash");
    const CommandKey key{command->start_ms, command->end_ms, command->hash};
    if (seen_.add(key) > 0) return reading_.count_duplicate();
    const auto mtime = absolute_time(command->mtime);
    if (!mtime) return reading_.reject("the mtime is no time, so the command has no date");
    deliver(*command, *mtime);
  }

  void finish() override {}

 private:
  void header(std::string_view text) {
    has_header_ = true;
    int version = 0;
    const auto digits = after(text, "# ninja log v");
    if (digits && read_number(*digits, version, 10) && version >= kVersionMin &&
        version <= kVersionMax) {
      version_ = version;
      return;
    }
    version_.reset();
    reading_.reject("the version of the ninja log is none of 5, 6, 7: its lines are left out");
  }

  void deliver(const Command& command, Instant mtime) {
    const milliseconds start{command.start_ms};
    const milliseconds end{command.end_ms};
    LogEntry entry = reading_.new_entry();
    entry.item = command.output;
    const bool starts_at_mtime = *version_ >= kStartTimeVersion;
    entry.start = starts_at_mtime ? mtime : mtime - (end - start);
    entry.end = starts_at_mtime ? mtime + (end - start) : mtime;
    entry.session_start = *entry.start - start;
    entry.resolution_seconds = 0.001;
    entry.identity_bytes.append(std::to_string(command.start_ms))
        .append(" ")
        .append(std::to_string(command.end_ms))
        .append(" ")
        .append(command.hash_text);
    reading_.deliver(std::move(entry));
  }

  Reading& reading_;
  bool has_header_ = false;
  std::optional<int> version_;
  SeenCounter<CommandKey, CommandKeyHash> seen_;
};

}  // namespace

std::unique_ptr<EntryReader> make_ninja_reader(Reading& reading) {
  return std::make_unique<NinjaReader>(reading);
}

}  // namespace shelduck::interop::logs
