// CommandDesk runs commands of other processes: it listens on a Unix socket, and answers each with
// the bytes and the exit code that the command would have had of its own (delegation/frame.hpp).
//
//   CommandDesk desk{{.socket = "/run/user/1000/shelduck/4711.socket", .questions = {questions}}};
//   service.announce(desk.socket());
//   ...
//   desk.stop();
//
// Who may connect: processes of this server's own user, and root. A caller that goes away, or says
// CANCEL, interrupts its question; an admin command goes on to its end.
// Threads: one accepts, and one a caller reads what it says (64 at most; the next is closed at
//          once). The answers are made and sent by the threads of the service; one that waits for
//          credit longer than 30 s is given up.
// Failure: the constructor throws Error(io).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/server/question_routes.hpp"
#include "shelduck/server/socket_group.hpp"

namespace shelduck::server {

struct CommandDeskOptions {
  std::filesystem::path socket;
  std::vector<Questions> questions;  // of each database that is served
  LogSink log = silent();
  std::optional<SocketGroup> group{};  // whose members may call too
  std::size_t callers_max = 64;
};

// A folder for sockets that only this user may enter: $RUNTIME_DIRECTORY,
// $XDG_RUNTIME_DIR/shelduck, or the one of the database. Made where it is absent.
[[nodiscard]] std::filesystem::path socket_path(const std::filesystem::path& runtime_folder,
                                                const std::filesystem::path& database);

class CommandDesk {
 public:
  explicit CommandDesk(CommandDeskOptions options);
  ~CommandDesk();  // stop()
  CommandDesk(const CommandDesk&) = delete;
  CommandDesk& operator=(const CommandDesk&) = delete;

  // The end, in this order: no new callers, and the socket's name is gone; those that are there may
  // finish, and lose their connection when `patience` is over; and, when the service has stopped,
  // the threads that listen to them end.
  void stop_accepting();
  void let_go(Seconds patience);
  void stop();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace shelduck::server
