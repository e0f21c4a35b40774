// ServedDatabase is one database of a server: its store for many askers, and what belongs to it
// alone. A server has one for each domain that it was told to serve.
//
//   for (const NamedDatabase& named : named_databases(request)) databases.emplace_back(named,
//   shared);
//
// Threads: as store::Service; progress() is the main thread's.
// Failure: the constructor throws as Store::open.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "shelduck/cli/request.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/server/answer_cache.hpp"
#include "shelduck/server/event_stream.hpp"
#include "shelduck/server/profile.hpp"
#include "shelduck/server/question_routes.hpp"
#include "shelduck/store/service.hpp"

namespace shelduck::server {

struct NamedDatabase {
  std::string domain;
  std::filesystem::path path;  // canonical
};

// Those that the command line of `serve` names, in the order of their domains; the history where it
// names none. Throws Error(invalid_input) where two of them are one file.
[[nodiscard]] std::vector<NamedDatabase> named_databases(const cli::Request& request);

// What callers export as several files is made there, and copied to where they want it.
[[nodiscard]] std::filesystem::path export_folder(const std::filesystem::path& database);

// What the databases of one server share. Borrowed; outlives them.
struct ServingShared {
  const cli::Request& request;
  LogSink log;
  EventDesk& events;
  const Profile& profile;
  std::function<bool()> is_starting;         // a signal then ends the waiting for a database
  std::function<void(const Error&)> broken;  // it could not be opened again
  std::function<void(std::string_view id, std::string_view reason)> failed;
};

class ServedDatabase {
 public:
  ServedDatabase(const NamedDatabase& named, const ServingShared& shared);
  ServedDatabase(const ServedDatabase&) = delete;
  ServedDatabase& operator=(const ServedDatabase&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] const store::Domain& domain() const noexcept { return domain_; }
  [[nodiscard]] store::Service& service() noexcept { return service_; }
  [[nodiscard]] Questions questions();

  // Above the disk floor, and the journal could be written when that was last tried.
  [[nodiscard]] bool takes_records();
  // Since the start, as OpenOptions::synced and Applied::stored.
  [[nodiscard]] std::uint64_t journal_syncs() const noexcept { return journal_syncs_; }
  [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }
  // Changes while the applying thread moves. What somebody asked for (a backup, a deep check) may
  // take as long as it takes: whoever asked sees that it does, and may interrupt it.
  [[nodiscard]] std::uint64_t progress();

 private:
  [[nodiscard]] store::OpenOptions open_options();
  [[nodiscard]] store::ServiceOptions service_options();

  const ServingShared& shared_;
  const std::filesystem::path path_;
  const store::Domain domain_;
  std::atomic<std::uint64_t> batches_{0};  // of the journal, applied or about to be
  std::atomic<std::uint64_t> journal_syncs_{0};
  std::atomic<std::uint64_t> stored_{0};
  AnswerCache answers_;
  store::Service service_;
};

}  // namespace shelduck::server
