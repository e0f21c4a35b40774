// Identity ties a journal to its database: both carry the same UUID, and neither accepts the
// other's neighbour. It stands in the file `identity` of the folder `<database>.journal/`.
//
//   const std::string folder = journal_directory(canonical_path("history.duckdb"));
//   const Identity identity = open_or_create_journal(files, database, {"history", clock, random});
//
// The file also keeps the edge of what the domain gave up for good, so that the edge outlives the
// rows: what lies before it is refused, also where an older copy of the database comes back. And it
// keeps the word for the engine that the database was made with, for who has only the journal left.
//
// Several processes may make a journal at once: all of them get the identity that came first.
// Failure: Error; kind corrupt for a damaged file, conflict for a journal of another domain,
//          not_found for a database without its journal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/journal/file_system.hpp"

namespace shelduck::journal {

struct Identity {
  Uuid uuid;
  std::string domain;  // "history", "sensors", "flight" or "catalog": 1 to 16 of a-z

  bool operator==(const Identity&) const = default;
};

// `database` is a canonical path.
[[nodiscard]] std::string journal_directory(std::string_view database);

// None when there is no journal.
[[nodiscard]] std::optional<Identity> read_identity(FileSystem& files,
                                                    const std::string& directory);

// What the file keeps beside the identity, see above.
struct JournalNotes {
  std::optional<std::int64_t> edge{};   // of a journal before this one
  std::optional<std::string> engine{};  // one word of a-z
};

// Makes the folder (its parent must exist) and the identity, durably. Returns the identity that is
// in place: another process's, if that came first. The engine calls it with the database's identity
// where a database stands without a journal.
Identity make_journal(FileSystem& files, const std::string& directory, const Identity& identity,
                      const JournalNotes& notes = {});

// In the domain's own unit; none where nothing was ever given up, or there is no journal.
[[nodiscard]] std::optional<std::int64_t> read_edge(FileSystem& files,
                                                    const std::string& directory);

// Durably; an edge never goes back. For the owner of the database alone. Failure: not_found where
// there is no journal.
void advance_edge(FileSystem& files, const std::string& directory, std::int64_t edge);

// None where nobody said it, or there is no journal.
[[nodiscard]] std::optional<std::string> read_engine(FileSystem& files,
                                                     const std::string& directory);

// One word of a-z, durably. For the owner of the database alone. Failure: not_found where there is
// no journal.
void note_engine(FileSystem& files, const std::string& directory, std::string_view engine);

struct NewIdentity {
  std::string_view domain;
  const Clock& clock;
  const RandomSource& random;
  std::optional<std::string> engine{};  // noted where the journal is made
};

// The journal's identity; makes journal and identity only where there is neither journal nor
// database. `database` is a canonical path.
Identity open_or_create_journal(FileSystem& files, const std::string& database,
                                const NewIdentity& wanted);

}  // namespace shelduck::journal
