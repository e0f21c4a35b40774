#include "shelduck/cli/domains.hpp"

#include "shelduck/cli/descriptor.hpp"
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

// A configuration file speaks of new databases; who says it here and now means this one.
bool is_insistent(const commands::Value& wanted) {
  return !std::filesystem::path(wanted.origin).has_parent_path();
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
  require_wanted_backend(resolved, database, *found);
  return *found;
}

}  // namespace

void require_wanted_backend(const commands::ParsedCommand& resolved,
                            const std::filesystem::path& database, store::Backend found) {
  const auto given = resolved.options.find("backend");
  if (given == resolved.options.end() || !is_insistent(given->second)) return;
  const std::string& wanted = given->second.texts.front();
  if (wanted == store::word_of(found)) return;
  const std::string field = given->second.origin == "flag" ? "--backend" : given->second.origin;
  throw Error{ErrorKind::invalid_input,
              field + " is refused: " + database.string() + " is a database of " +
                  std::string(store::name_of(found)) + "; it was not touched",
              {.field = field,
               .value = wanted,
               .rule = std::string(store::word_of(found)) + ", as the file is, or another file"}};
}

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

std::string domain_name_of(const commands::ParsedCommand& resolved,
                           const std::filesystem::path& database) {
  if (has_noun(*resolved.command, "sensors")) return "sensors";
  if (!has_noun(*resolved.command, "db")) return "history";
  const auto identity = if_readable([&] {
    journal::PosixFileSystem files;
    return journal::read_identity(files, journal_beside(database));
  });
  if (identity) return identity->domain;
  const auto kind = kind_to_restore(resolved);
  return kind ? kind->domain : "history";
}

}  // namespace shelduck::cli
