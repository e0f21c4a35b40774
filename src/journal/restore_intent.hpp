// A restore swaps database and journal under every lock there is. While it does, the file
// `<database>.restore` stands, and no writer begins.
//
//   write_intent(files, database, plan);              // under the owner's lock, durable
//   const auto locks = lock_every_segment(files, journal_directory(database));
//   ...                                               // set aside, swap in, make the new journal
//   remove_intent(files, database);
//
// A writer takes its segment's lock first and then looks for the intent, so either the restore sees
// the lock or the writer sees the intent. The next owner finishes an interrupted restore: the
// intent's text says what was planned.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/journal/file_system.hpp"

namespace shelduck::journal {

[[nodiscard]] std::string intent_path(std::string_view database);

[[nodiscard]] bool intent_stands(FileSystem& files, const std::string& database);

// Replaces an intent that stands. At most 1 MB of text.
void write_intent(FileSystem& files, const std::string& database, std::string_view text);

// None when no intent stands; Error corrupt when it is damaged.
[[nodiscard]] std::optional<std::string> read_intent(FileSystem& files,
                                                     const std::string& database);

void remove_intent(FileSystem& files, const std::string& database);

// Every segment's lock, finished or not; each File keeps its own. Error busy, and no lock kept,
// when a writer holds one.
[[nodiscard]] std::vector<std::unique_ptr<File>> lock_every_segment(FileSystem& files,
                                                                    const std::string& directory);

}  // namespace shelduck::journal
