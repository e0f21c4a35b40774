// A trial opening: after an unclean stop the file is opened in a child process first, because the
// replay of the engine's log can throw or abort.
//
//   // in the engine program, before anything else:
//   if (argc == 3 && argv[1] == std::string_view{"--trial-open"}) return try_open(argv[2]);
//
// The caller holds `<database>.lock`.
#pragma once

#include <filesystem>
#include <string>

namespace shelduck::store {

// The child's side: opens, which replays the log, and closes. Exit code 0: it opens. Else a code
// per reason, and the reason on the standard error stream.
[[nodiscard]] int try_open(const std::filesystem::path& database);

struct TrialResult {
  enum class Outcome { opens, wal_mismatch, wal_damaged, file_damaged };
  Outcome outcome = Outcome::opens;
  std::string message{};
};

// The owner's side: runs `<engine> --trial-open <database>` and waits for it; without an engine it
// tries in this process. A child that dies by a signal means a damaged log. Reasons that say
// nothing about the file (memory, descriptors, permissions, a lock, a newer version) are thrown as
// Error.
[[nodiscard]] TrialResult trial_open(const std::filesystem::path& engine,
                                     const std::filesystem::path& database);

}  // namespace shelduck::store
