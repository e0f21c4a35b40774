#include "shelduck/cli/domains.hpp"

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/commands/said_by.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/history/domain.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/store/backup.hpp"

namespace shelduck::cli {
namespace {

// One per start of the kernel; empty where the kernel does not say.
std::string boot_id() {
  try {
    std::string text = read_file("/proc/sys/kernel/random/boot_id", 100);
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
  } catch (const Error&) {
    // Runs are then judged by their age alone.
    return {};
  }
}

bool has_noun(const commands::Command& command, std::string_view noun) {
  return command.path.starts_with(noun) && command.path.substr(noun.size()).starts_with(' ');
}

// What is damaged is told by who opens it.
template <class Look>
auto if_readable(Look look) -> decltype(look()) {
  try {
    return look();
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string journal_beside(const std::filesystem::path& database) {
  return journal::journal_directory(journal::canonical_path(database.string()));
}

// Of the backup that a database is to be made of.
std::optional<store::BackupKind> kind_to_restore(const commands::ParsedCommand& resolved) {
  if (resolved.command->path != "db restore") return std::nullopt;
  const auto folder = resolved.positional("DIR");
  if (!folder) return std::nullopt;
  return if_readable([&] { return store::kind_of_backup(*folder); });
}

// What the file is, or was: as its backup says, or the journal that alone is left.
std::optional<store::Backend> backend_there(const std::filesystem::path& database) {
  if (const auto found = store::backend_of(database)) return found;
  const auto kind =
      if_readable([&] { return store::kind_of_backup(store::automatic_backup(database)); });
  if (kind) return kind->backend;
  return if_readable([&]() -> std::optional<store::Backend> {
    journal::PosixFileSystem files;
    const auto noted = journal::read_engine(files, journal_beside(database));
    return noted ? store::backend_named(*noted) : std::nullopt;
  });
}

store::Backend backend_for(const std::filesystem::path& database,
                           const commands::ParsedCommand& resolved) {
  const std::optional<store::Backend> found = backend_there(database);
  const auto given = resolved.options.find("backend");
  if (given == resolved.options.end()) {
    if (found) return *found;
    const auto kind = kind_to_restore(resolved);
    return kind ? kind->backend : store::Backend::duckdb;
  }
  if (!found) return store::backend_named(given->second.texts.front()).value();
  commands::require_wanted_backend(resolved, database, store::word_of(*found));
  return *found;
}

}  // namespace

store::Domain domain_at(std::string_view name, const std::filesystem::path& database,
                        const commands::ParsedCommand& resolved) {
  if (name == "history") {
    return history::domain({.boot_id = boot_id(), .clock = system_clock()});
  }
  if (name == "sensors") return sensors::domain_on(backend_for(database, resolved));
  throw Error{ErrorKind::conflict,
              "this is a database of '" + std::string(name) + "', which this build does not know",
              {.field = "--db", .value = std::string(name), .rule = "a domain of this build"}};
}

std::optional<std::string> domain_of_noun(const commands::Command& command) {
  if (has_noun(command, "db")) return std::nullopt;
  return has_noun(command, "sensors") ? "sensors" : "history";
}

std::string domain_name_of(const commands::ParsedCommand& resolved,
                           const std::filesystem::path& database) {
  if (const auto said = domain_of_noun(*resolved.command)) return *said;
  const auto identity = if_readable([&] {
    journal::PosixFileSystem files;
    return journal::read_identity(files, journal_beside(database));
  });
  if (identity) return identity->domain;
  if (const auto kind = kind_to_restore(resolved)) return kind->domain;
  // No history is one of SQLite; readings are, and those of an older program, which are told so.
  return backend_there(database) == store::Backend::sqlite ? "sensors" : "history";
}

}  // namespace shelduck::cli
