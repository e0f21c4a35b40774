// OwnerNote is what the owner of a database writes into its lock file: who it is, and where a
// server answers for it. For people, and for finding a server; the lock itself does not depend on
// it.
//
//   if (const auto note = read_owner_note("/data/history.duckdb")) connect(note->socket);
//
// A note may be left from an owner that is gone: whoever follows it finds nobody listening.
// Failure: none; what cannot be read is no note.
#pragma once

#include <optional>
#include <string>

namespace shelduck::journal {

struct OwnerNote {
  long process = 0;
  std::string version{};
  std::string socket{};  // empty: no server
};

// "<database>.lock".
[[nodiscard]] std::string lock_path(const std::string& database);

[[nodiscard]] std::string owner_note_text(const OwnerNote& note);

// What the present or last owner wrote; nothing where nobody ever did.
[[nodiscard]] std::optional<OwnerNote> read_owner_note(const std::string& database);

}  // namespace shelduck::journal
