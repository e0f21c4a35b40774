// Which domain a database is of, and the domains that there are: the one place of the command line
// that knows them all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "shelduck/commands/parse.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::cli {

// Which domain a database is of, by the name that a journal's identity has. Readings may be on
// either engine: the file says which, or its backup or journal where the file is lost; a new one is
// of the `backend` that the command line wants, or of that of the backup that it is restored from.
// Only while nothing in this process has the file open.
// Failure: Error conflict for a domain of another build; invalid_input where flag or environment
// want another engine than the file has.
[[nodiscard]] store::Domain domain_at(std::string_view name, const std::filesystem::path& database,
                                      const commands::ParsedCommand& resolved);

// What a command is about whatever the database; nothing for one that cares for any (`db ...`).
[[nodiscard]] std::optional<std::string> domain_of_noun(const commands::Command& command);

// What a command's database holds: what its noun says; of one that cares for any database
// (`db ...`), what the journal beside it says, or the backup that it is restored from; else the
// history.
[[nodiscard]] std::string domain_name_of(const commands::ParsedCommand& resolved,
                                         const std::filesystem::path& database);

}  // namespace shelduck::cli
