#include "shelduck/front/serial_command.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "shelduck/commands/folders.hpp"
#include "shelduck/commands/said_by.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/front/end_signals.hpp"
#include "shelduck/front/output.hpp"
#include "shelduck/front/readings_journal.hpp"
#include "shelduck/front/serial_port.hpp"
#include "shelduck/journal/engine_of_file.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/wire/serial_cutter.hpp"

namespace shelduck::front {
namespace {

using Monotonic = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

// Rows are synced when their batch ends, this long after they came, and when there are many.
constexpr Milliseconds kDelayMax{1000};
constexpr std::size_t kWaitingMax = 1000;
// After a failed commit: until the next attempt, and how many rows are kept for it.
constexpr Milliseconds kRetry{10'000};
constexpr std::size_t kKeptMax = 10'000;
constexpr Milliseconds kSendMax{2000};
constexpr Milliseconds kReopenFirst{100};
constexpr Milliseconds kReopenMax{10'000};
constexpr Milliseconds kNever{-1};

struct Line {
  int in = STDIN_FILENO;
  int out = STDOUT_FILENO;
};

enum class Wake : std::uint8_t { ready, late, end };

std::int64_t now_seconds() {
  return std::chrono::floor<std::chrono::seconds>(system_clock()()).time_since_epoch().count();
}

struct SerialSource {
  std::string device;  // "-": standard input and output
  std::int64_t baud = 115200;
  wire::SerialKey key = wire::SerialKey::device;
  bool is_quiet = false;
};

class SerialListener {
 public:
  SerialListener(SerialSource source, const JournalPlace& place)
      : source_(std::move(source)), lines_(source_.key), journal_(place) {}

  void run() {
    signal(SIGPIPE, SIG_IGN);  // then an answer that nobody reads fails
    if (source_.device == "-") {
      (void)listen(Line{});
    } else {
      listen_to_device();
    }
    journal_.commit();
    say("readings written: " + std::to_string(journal_.readings()) + "; rows for quarantine: " +
        std::to_string(journal_.refused()) + "; torn messages: " + std::to_string(torn_));
  }

 private:
  enum class Ending : std::uint8_t { signal, line };

  void listen_to_device() {
    std::optional<SerialPort> port{std::in_place, source_.device, source_.baud};
    while (port) {
      say("reading " + source_.device + " at " + std::to_string(source_.baud) + " baud");
      const Ending ending = listen({port->descriptor(), port->descriptor()});
      port.reset();
      if (ending == Ending::signal) return;
      say(source_.device + " is gone; waiting for it");
      (void)settle();
      reopen(port);
    }
  }

  // Leaves `port` empty where a signal came first.
  void reopen(std::optional<SerialPort>& port) {
    Milliseconds pause = kReopenFirst;
    while (!port && wait(-1, POLLIN, pause) != Wake::end) {
      pause = std::min(pause * 2, kReopenMax);
      try {
        port.emplace(source_.device, source_.baud);
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::invalid_input) throw;
      }
    }
  }

  Ending listen(Line line) {
    wire::SerialCutter cutter;
    std::array<char, 4096> buffer{};
    while (true) {
      const Wake wake = wait(line.in, POLLIN, patience());
      if (wake == Wake::end) return Ending::signal;
      if (wake == Wake::late) {
        (void)settle();
        continue;
      }
      const ssize_t got = read(line.in, buffer.data(), buffer.size());
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (got <= 0) return Ending::line;
      hear(cutter.cut({buffer.data(), static_cast<std::size_t>(got)}), line);
    }
  }

  [[nodiscard]] Milliseconds patience() const {
    if (journal_.waiting() == 0) return kNever;
    const auto left = std::chrono::ceil<Milliseconds>(due_ - Monotonic::now());
    return std::max(left, Milliseconds{0});
  }

  [[nodiscard]] bool is_due() const {
    const std::size_t most = is_failing_ ? kKeptMax : kWaitingMax;
    return journal_.waiting() > 0 && (journal_.waiting() > most || Monotonic::now() >= due_);
  }

  // A negative descriptor is none.
  [[nodiscard]] Wake wait(int descriptor, short events, Milliseconds longest) {
    if (is_ended_) return Wake::end;
    std::array<pollfd, 2> watched{{{signals_.descriptor(), POLLIN, 0}, {descriptor, events, 0}}};
    const int ready = poll(watched.data(), watched.size(), static_cast<int>(longest.count()));
    if (watched[0].revents != 0) {
      is_ended_ = true;
      signals_.let_go();  // the next one ends this process, should the last commit hang
      return Wake::end;
    }
    return ready > 0 ? Wake::ready : Wake::late;
  }

  // One sync for all batches that end in these lines.
  void hear(const std::vector<std::string>& lines, const Line& line) {
    const std::int64_t now = now_seconds();
    std::vector<wire::BatchEnd> ends;
    for (const std::string& text : lines) {
      for (wire::SerialEvent& event : lines_.feed(text, now)) take(std::move(event), now, ends);
    }
    if (ends.empty() && !is_due()) return;
    const bool is_durable = settle();
    for (const wire::BatchEnd& end : ends) {
      send(line.out, wire::acknowledgement(end, is_durable));
      if (!end.is_whole) say("a batch of node " + std::to_string(end.address) + " is not whole");
    }
  }

  void take(wire::SerialEvent event, std::int64_t now, std::vector<wire::BatchEnd>& ends) {
    if (auto* row = std::get_if<wire::SerialRow>(&event)) {
      if (journal_.waiting() == 0) due_ = Monotonic::now() + kDelayMax;
      journal_.add(std::move(*row), now);
    } else if (const auto* torn = std::get_if<wire::TornMessage>(&event)) {
      ++torn_;
      say(torn->reason + ": " + torn->source);
    } else {
      ends.push_back(std::get<wire::BatchEnd>(event));
    }
  }

  // Whether all rows that came are on the disk.
  [[nodiscard]] bool settle() {
    try {
      journal_.commit();
      if (std::exchange(is_failing_, false)) say("what came is stored again");
      return true;
    } catch (const Error& error) {
      if (!std::exchange(is_failing_, true)) say(std::string("not stored: ") + error.what());
    }
    due_ = Monotonic::now() + kRetry;
    if (journal_.waiting() > kKeptMax) give_up_rows();
    return false;
  }

  // Open batches lose their rows too, so they must not be found whole.
  void give_up_rows() {
    say(std::to_string(journal_.waiting()) + " rows are given up: they were not acknowledged");
    journal_.forget();
    lines_ = wire::SerialLines{source_.key};
  }

  // An answer that cannot be sent is as one that is lost on the way: the batch comes again.
  void send(int descriptor, std::string answer) {
    answer += '\n';
    std::string_view rest = answer;
    while (!rest.empty() && wait(descriptor, POLLOUT, kSendMax) == Wake::ready) {
      const ssize_t written = write(descriptor, rest.data(), rest.size());
      if (written < 0 && errno != EAGAIN && errno != EINTR) break;
      rest.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    if (!rest.empty()) say("an answer could not be sent");
  }

  void say(const std::string& text) const {
    if (!source_.is_quiet) complain("shelduck: " + text + "\n");
  }

  SerialSource source_;
  EndSignals signals_;
  wire::SerialLines lines_;
  ReadingsJournal journal_;
  Monotonic::time_point due_;  // of the next commit, where rows wait
  bool is_failing_ = false;
  bool is_ended_ = false;
  std::uint64_t torn_ = 0;
};

// The file is opened by whoever asks next: until then it would go unnoticed.
void require_own_file(const commands::ParsedCommand& resolved,
                      const std::filesystem::path& database) {
  journal::PosixFileSystem files;
  const std::string folder = journal::journal_directory(journal::canonical_path(database.string()));
  const auto of_file = journal::engine_of_file(database);
  const auto noted = journal::read_engine(files, folder);
  if (of_file || noted) {
    commands::require_wanted_backend(resolved, database, of_file ? *of_file : *noted);
  }
  const bool is_old = of_file == "sqlite" && journal::names_table(database, "sensor_readings");
  if (!is_old || journal::read_identity(files, folder)) return;
  throw Error{
      ErrorKind::invalid_input,
      database.string() + " is a SQLite database of another program; it was not touched",
      {.field = "database",
       .value = database.string(),
       .rule = "a database of shelduck",
       .hint = "bring its readings over with: shelduck sensors migrate --from FILE --to NEW_FILE"}};
}

}  // namespace

void serial_command(const commands::ParsedCommand& resolved,
                    const commands::Environment& environment) {
  require_own_file(resolved, commands::database_of(resolved, environment));
  SerialSource source{.device = resolved.positional("DEVICE").value_or("-"),
                      .baud = resolved.whole_number("baud").value_or(115200),
                      .is_quiet = resolved.flag("quiet")};
  if (resolved.value("key") == "address") source.key = wire::SerialKey::address;
  const JournalPlace place{.database = commands::database_of(resolved, environment),
                           .floor_bytes = static_cast<std::uint64_t>(
                               resolved.byte_count("disk-floor").value_or(64'000'000)),
                           .wait = Seconds{resolved.number("wait").value_or(10)},
                           .domain = JournalDomain::sensors,
                           .engine = resolved.value("backend")};
  SerialListener{std::move(source), place}.run();
}

}  // namespace shelduck::front
