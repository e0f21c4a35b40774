#include "shelduck/store/trial.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/store/database.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX asks for it

namespace shelduck::store {

namespace {

using Outcome = TrialResult::Outcome;

// Exit codes: 0 and these for the outcomes, this base and more for an error's kind.
constexpr std::array kOutcomes{Outcome::opens, Outcome::wal_mismatch, Outcome::wal_damaged,
                               Outcome::file_damaged};
constexpr int kFirstOutcomeCode = 10;
constexpr int kFirstKindCode = 20;

// Enough for any honest log; a replay that wants more reads a damaged length.
constexpr std::int64_t kReplayBytesPerLogByte = 64;
constexpr std::int64_t kReplayBytesMin = 1'000'000'000;

bool contains(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

// What an error says about the files; nothing where it says something about the world.
std::optional<Outcome> judge(const Error& error) {
  const std::string_view text = error.what();
  if (contains(text, "WAL") && contains(text, "does not match the database file")) {
    return Outcome::wal_mismatch;
  }
  if (contains(text, "replaying WAL") && error.kind() != ErrorKind::refused) {
    return Outcome::wal_damaged;
  }
  if (error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::invalid_input ||
      error.kind() == ErrorKind::fatal) {
    return Outcome::file_damaged;
  }
  return std::nullopt;
}

void open_and_close(const std::filesystem::path& database) {
  std::error_code absent;
  const std::uintmax_t size = std::filesystem::file_size(wal_path(database), absent);
  const auto log_bytes = absent ? 0 : static_cast<std::int64_t>(size);
  Database::open(database, {.locking = Locking::held_by_caller,
                            .memory_bytes = kReplayBytesMin + kReplayBytesPerLogByte * log_bytes})
      .close();
}

// A child whose standard error stream is read to its end.
struct Finished {
  int status = 0;
  std::string said;
};

Finished run(const std::filesystem::path& program, const std::filesystem::path& database) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error("pipe2", program.string(), errno);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  std::string name = program.string();
  std::string verb = "--trial-open";
  std::string path = database.string();
  std::array<char*, 4> arguments{name.data(), verb.data(), path.data(), nullptr};
  pid_t child = 0;
  const int failure =
      ::posix_spawn(&child, name.c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failure != 0) {
    ::close(ends[0]);
    throw system_error("start", name, failure);
  }
  Finished finished;
  std::array<char, 1024> buffer{};
  for (ssize_t size = 0; (size = ::read(ends[0], buffer.data(), buffer.size())) != 0;) {
    if (size < 0 && errno != EINTR) break;
    if (size > 0) finished.said.append(buffer.data(), static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  while (::waitpid(child, &finished.status, 0) < 0 && errno == EINTR) {
  }
  return finished;
}

TrialResult try_here(const std::filesystem::path& database) {
  try {
    open_and_close(database);
    return {};
  } catch (const Error& error) {
    const std::optional<Outcome> outcome = judge(error);
    if (!outcome) throw;
    return {*outcome, error.what()};
  }
}

}  // namespace

int try_open(const std::filesystem::path& database) {
  try {
    open_and_close(database);
    return 0;
  } catch (const Error& error) {
    std::fputs(error.what(), stderr);
    if (const std::optional<Outcome> outcome = judge(error)) {
      return kFirstOutcomeCode + static_cast<int>(*outcome);
    }
    return kFirstKindCode + static_cast<int>(error.kind());
  }
}

TrialResult trial_open(const std::filesystem::path& engine, const std::filesystem::path& database) {
  if (engine.empty()) return try_here(database);
  const Finished child = run(engine, database);
  if (WIFSIGNALED(child.status)) {
    return {Outcome::wal_damaged, "the trial opening ended by signal " +
                                      std::to_string(WTERMSIG(child.status)) + ": " + child.said};
  }
  const int code = WEXITSTATUS(child.status);
  if (code == 0) return {};
  const int outcome = code - kFirstOutcomeCode;
  if (outcome >= 0 && outcome < static_cast<int>(kOutcomes.size())) {
    return {kOutcomes[static_cast<std::size_t>(outcome)], child.said};
  }
  const int kind = code - kFirstKindCode;
  if (kind >= 0 && kind < static_cast<int>(kErrorKinds.size())) {
    throw Error{kErrorKinds[static_cast<std::size_t>(kind)], child.said};
  }
  throw Error{ErrorKind::io, "the trial opening by " + engine.string() + " ended with code " +
                                 std::to_string(code) + ": " + child.said};
}

}  // namespace shelduck::store
