// Where data lives, and the private folders that hold it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "shelduck/commands/settings.hpp"

namespace shelduck::commands {

// $HOME, else the folder of this uid's entry in `passwd`. Throws Error(not_found) where there is
// neither: it names both and --db.
[[nodiscard]] std::filesystem::path home_folder(
    const Environment& environment, const std::filesystem::path& passwd = "/etc/passwd");

// $XDG_DATA_HOME/shelduck, default ~/.local/share/shelduck. A relative $XDG_DATA_HOME is ignored,
// as the XDG specification asks; so for the other two.
[[nodiscard]] std::filesystem::path data_folder(const Environment& environment);
[[nodiscard]] std::filesystem::path state_folder(const Environment& environment);
[[nodiscard]] std::filesystem::path config_folder(const Environment& environment);

// Of RUNTIME_DIRECTORY only, which a service manager sets.
[[nodiscard]] std::filesystem::path service_folder(const Environment& environment);

// Where a server's socket belongs: $RUNTIME_DIRECTORY, else $XDG_RUNTIME_DIR/shelduck; empty where
// the system names neither.
[[nodiscard]] std::filesystem::path runtime_folder(const Environment& environment);

// The database of a resolved command: its --db made absolute, else NOUN.duckdb in the data folder
// for a noun that has a database of its own (sensors), history.duckdb for the rest.
[[nodiscard]] std::filesystem::path database_of(const ParsedCommand& resolved,
                                                const Environment& environment);

// Makes a folder and its missing parents, mode 0700; each gets the owner of the folder it is made
// in, so that root leaves nothing behind that a user cannot remove. Throws Error(io).
void make_private_folders(const std::filesystem::path& folder);

// Gives a file just made the owner of its folder; does nothing where they are the same or this
// process may not.
void adopt_folder_owner(const std::filesystem::path& file);

// The login name of this uid in `passwd`, if there is one.
[[nodiscard]] std::optional<std::string> login_name(
    const std::filesystem::path& passwd = "/etc/passwd");

// The login name of a uid, else its number.
[[nodiscard]] std::string name_of_user(unsigned user,
                                       const std::filesystem::path& passwd = "/etc/passwd");

}  // namespace shelduck::commands
