#include "shelduck/server/socket_group.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::server {
namespace {

constexpr std::size_t kEntryBytes = 65'536;
constexpr int kGroupsMax = 1024;
constexpr mode_t kEnteredByGroup = 0710;

}  // namespace

SocketGroup SocketGroup::named(const std::string& name) {
  group entry{};
  group* found = nullptr;
  std::vector<char> text(kEntryBytes);
  if (::getgrnam_r(name.c_str(), &entry, text.data(), text.size(), &found) == 0 &&
      found != nullptr) {
    return SocketGroup{entry.gr_gid};
  }
  throw Error{ErrorKind::invalid_input,
              "there is no group '" + name + "'",
              {.field = "--socket-group", .value = name, .rule = "a group of this machine"}};
}

bool SocketGroup::has(const ucred& peer) const {
  if (peer.gid == group_) return true;
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> text(kEntryBytes);
  if (::getpwuid_r(peer.uid, &entry, text.data(), text.size(), &found) != 0 || found == nullptr) {
    return false;
  }
  std::array<gid_t, kGroupsMax> groups{};
  int count = kGroupsMax;
  if (::getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0) return false;
  return std::find(groups.begin(), groups.begin() + count, group_) != groups.begin() + count;
}

// The group first: with the mode first, another group could come in meanwhile.
void SocketGroup::give(const std::filesystem::path& file, mode_t mode) const {
  if (::chown(file.c_str(), static_cast<uid_t>(-1), group_) != 0 ||
      ::chmod(file.c_str(), mode) != 0) {
    throw system_error("give to --socket-group", file.string(), errno);
  }
}

void SocketGroup::open_way_to(const std::filesystem::path& file) const {
  const std::filesystem::path folder = file.parent_path();
  struct stat found{};
  if (::stat(folder.c_str(), &found) != 0) throw system_error("stat", folder.string(), errno);
  if ((found.st_mode & S_IXOTH) != 0) return;
  give(folder, kEnteredByGroup);
}

void close_belongings(const std::filesystem::path& database) {
  ::umask(S_IRWXG | S_IRWXO);
  for (const auto& entry : std::filesystem::directory_iterator{database.parent_path()}) {
    const std::string beside = database.string();
    const bool is_own = entry.path() == database ||
                        entry.path().string().starts_with(beside + ".") ||
                        entry.path().string().starts_with(beside + "-");
    if (!is_own) continue;
    if (entry.is_symlink() || !(entry.is_regular_file() || entry.is_directory())) continue;
    std::filesystem::permissions(
        entry.path(), std::filesystem::perms::group_all | std::filesystem::perms::others_all,
        std::filesystem::perm_options::remove);
  }
}

}  // namespace shelduck::server
