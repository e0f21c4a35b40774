#include "shelduck/cli/domains.hpp"

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/history/domain.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/sensors/duckdb_store/domain.hpp"

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

// A damaged identity is told by who opens the database.
std::string name_beside(const std::filesystem::path& database) {
  try {
    const std::string path = journal::canonical_path(database.string());
    journal::PosixFileSystem files;
    const auto identity = journal::read_identity(files, journal::journal_directory(path));
    return identity ? identity->domain : "history";
  } catch (const Error&) {
    return "history";
  }
}

}  // namespace

store::Domain domain_named(std::string_view name) {
  if (name == "history") {
    return history::domain({.boot_id = boot_id(), .clock = system_clock()});
  }
  if (name == "sensors") return sensors::domain();
  throw Error{ErrorKind::conflict,
              "this is a database of '" + std::string(name) + "', which this build does not know",
              {.field = "--db", .value = std::string(name), .rule = "a domain of this build"}};
}

std::string domain_name_of(const commands::Command& command,
                           const std::filesystem::path& database) {
  if (has_noun(command, "sensors")) return "sensors";
  return has_noun(command, "db") ? name_beside(database) : "history";
}

}  // namespace shelduck::cli
