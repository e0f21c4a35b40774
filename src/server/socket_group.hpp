// SocketGroup is the group whose members may hand commands to a server of another user
// (--socket-group). They reach its socket and read its lock file, and nothing else.
//
//   const auto group = SocketGroup::named("shelduck");
//   group->open_way_to(socket);           // its folder may be entered by the group
//   group->give(socket, 0660);
//   if (group->has(peer)) ...
//
// Threads: any. Failure: Error(invalid_input) for a name that no group has, Error(io) where a file
//          cannot be given away.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <filesystem>
#include <string>

namespace shelduck::server {

class SocketGroup {
 public:
  [[nodiscard]] static SocketGroup named(const std::string& name);

  [[nodiscard]] bool has(const ucred& peer) const;

  void give(const std::filesystem::path& file, mode_t mode) const;
  // 0710, where the folder was private; one that others may enter already stays as it is.
  void open_way_to(const std::filesystem::path& file) const;

 private:
  explicit SocketGroup(gid_t group) : group_(group) {}

  gid_t group_;
};

// What stands beside the database is not for the group that may pass by it: group and others lose
// their rights on it, on the database and, by the umask of the whole process, on what it makes from
// now on. Once, before other threads make files.
void close_belongings(const std::filesystem::path& database);

}  // namespace shelduck::server
