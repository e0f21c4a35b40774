// Which domain a database is of, and the domains that there are: the one place of the command line
// that knows them all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "shelduck/commands/table.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::cli {

// By the name that a journal's identity has. Throws Error(conflict) for a domain of another build.
[[nodiscard]] store::Domain domain_named(std::string_view name);

// What a command's database holds: what its noun says; of one that cares for any database
// (`db ...`), what the journal beside it says; else the history.
[[nodiscard]] std::string domain_name_of(const commands::Command& command,
                                         const std::filesystem::path& database);

}  // namespace shelduck::cli
