#include "shelduck/commands/folders.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "shelduck/core/error.hpp"

namespace shelduck::commands {

namespace fs = std::filesystem;

namespace {

struct Login {
  std::string name;
  fs::path home;
};

// Reads the file itself: a static program has no name service switch.
std::optional<Login> passwd_entry(const fs::path& passwd, uid_t user = getuid()) {
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): the pointer below owns the file
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file{std::fopen(passwd.c_str(), "re"), close};
  if (!file) return std::nullopt;
  while (const struct passwd* entry = fgetpwent(file.get())) {
    if (entry->pw_uid == user) return Login{entry->pw_name, entry->pw_dir};
  }
  return std::nullopt;
}

fs::path xdg_folder(const Environment& environment, std::string_view variable,
                    const fs::path& below_home) {
  const auto named = environment(variable);
  if (named && fs::path(*named).is_absolute()) return fs::path(*named) / "shelduck";
  return home_folder(environment) / below_home / "shelduck";
}

// The owner and group that `path` gets from the folder it stands in.
void take_parent_owner(const fs::path& path) {
  struct stat parent{};
  struct stat own{};
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (stat(folder.c_str(), &parent) != 0 || lstat(path.c_str(), &own) != 0) return;
  if (parent.st_uid == own.st_uid || geteuid() != 0) return;
  if (lchown(path.c_str(), parent.st_uid, parent.st_gid) != 0) {
    throw system_error("chown", path.string(), errno);
  }
}

}  // namespace

fs::path home_folder(const Environment& environment, const fs::path& passwd) {
  if (const auto home = environment("HOME"); home && fs::path(*home).is_absolute()) return *home;
  const auto entry = passwd_entry(passwd);
  if (entry && entry->home.is_absolute()) return entry->home;
  throw Error{ErrorKind::not_found,
              "there is no home folder: HOME is not set and user " + std::to_string(getuid()) +
                  " has no entry in " + passwd.string(),
              {.field = "HOME", .rule = "an absolute path", .hint = "set HOME, or name --db PATH"}};
}

fs::path data_folder(const Environment& environment) {
  return xdg_folder(environment, "XDG_DATA_HOME", ".local/share");
}

fs::path state_folder(const Environment& environment) {
  return xdg_folder(environment, "XDG_STATE_HOME", ".local/state");
}

fs::path config_folder(const Environment& environment) {
  return xdg_folder(environment, "XDG_CONFIG_HOME", ".config");
}

fs::path service_folder(const Environment& environment) {
  // A service with several has their names with colons between them.
  const std::string of_services = environment("RUNTIME_DIRECTORY").value_or("");
  fs::path of_service{of_services.substr(0, of_services.find(':'))};
  return of_service.is_absolute() ? of_service : fs::path{};
}

fs::path runtime_folder(const Environment& environment) {
  fs::path of_service = service_folder(environment);
  if (!of_service.empty()) return of_service;
  const fs::path of_user{environment("XDG_RUNTIME_DIR").value_or("")};
  return of_user.is_absolute() ? of_user / "shelduck" : fs::path{};
}

fs::path database_of(const ParsedCommand& resolved, const Environment& environment) {
  if (resolved.command != nullptr && resolved.command->path == "sensors migrate") {
    if (const auto named = resolved.value("to")) return fs::absolute(*named).lexically_normal();
  }
  if (const auto named = resolved.value("db")) return fs::absolute(*named).lexically_normal();
  const bool is_sensors =
      resolved.command != nullptr && resolved.command->path.starts_with("sensors ");
  if (!is_sensors) return data_folder(environment) / "history.duckdb";
  const bool is_sqlite = resolved.value("backend") == "sqlite";
  return data_folder(environment) / (is_sqlite ? "sensors.sqlite" : "sensors.duckdb");
}

namespace {

bool is_folder(const fs::path& path) {
  struct stat found{};
  return stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

}  // namespace

void make_private_folders(const fs::path& folder) {
  if (folder.empty() || is_folder(folder)) return;
  if (folder.has_parent_path() && folder.parent_path() != folder) {
    make_private_folders(folder.parent_path());
  }
  if (mkdir(folder.c_str(), 0700) == 0) {
    take_parent_owner(folder);
  } else if (const int reason = errno; !is_folder(folder)) {  // another process may be faster
    throw system_error("mkdir", folder.string(), reason);
  }
}

void adopt_folder_owner(const fs::path& file) {
  try {
    take_parent_owner(file);
  } catch (const Error&) {
    // A file system without owners: the file is usable as it is.
    return;
  }
}

std::string name_of_user(unsigned user, const fs::path& passwd) {
  const auto entry = passwd_entry(passwd, user);
  return entry ? entry->name : std::to_string(user);
}

std::optional<std::string> login_name(const fs::path& passwd) {
  const auto entry = passwd_entry(passwd);
  return entry ? std::optional{entry->name} : std::nullopt;
}

}  // namespace shelduck::commands
