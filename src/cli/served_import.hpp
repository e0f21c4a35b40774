// ServedImport is where an import goes while a server owns the database: records into a segment of
// this process's own, durable at once, and questions about what is stored to the server.
//
//   ServedImport import{request};
//   Answer answer = handler.run(request, import.target());
//   import.finish();
//
// Nobody else's question waits for the records before finish(), or before this process ends. Where
// the server goes away, whoever owns the database next is asked, and where nobody does, this
// process is the owner; so the counts stay what they are. Where the owner cannot be asked within
// --wait, everything that was written stays and is applied later: a last look at the sums is left
// out then, and any other question fails as busy.
//
// Threads: one. Failure: Error as Writer, Store and delegate.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/cli/request.hpp"
#include "shelduck/interop/stored_history.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/writer.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::cli {

// Throws Error(refused), naming the owner and the remedy, where this user may not write the
// journal: a member of --socket-group.
void require_own_journal(const std::filesystem::path& database);

class ServedImport {
 public:
  explicit ServedImport(const Request& request) : request_(request) {}
  ServedImport(const ServedImport&) = delete;
  ServedImport& operator=(const ServedImport&) = delete;

  // Good as long as this object.
  [[nodiscard]] interop::ImportTarget target();

  // What can wait until the answer is out.
  void finish();

 private:
  using Moment = std::chrono::steady_clock::time_point;

  [[nodiscard]] std::string ask(std::string_view question);
  [[nodiscard]] std::string ask_store(std::string_view question);
  void write(std::span<const store::Record> records);
  [[nodiscard]] journal::Writer& writer();
  // Nothing where somebody else owns the database and listens again.
  void try_to_own(Seconds patience);
  void let_go_of_segments();

  const Request& request_;
  journal::PosixFileSystem files_;
  std::optional<journal::Writer> writer_;
  std::vector<journal::OpenStart> held_;  // the locks of what was written
  std::optional<store::Store> store_;     // once this process is the owner
};

}  // namespace shelduck::cli
