// Owner is an owner session from the inside: the lock, the database, the journal, and what goes
// between them. Private to the store; Store is its face.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/archive.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/writer.hpp"
#include "shelduck/store/kept_edge.hpp"
#include "shelduck/store/owned_segments.hpp"
#include "shelduck/store/owner_lock.hpp"
#include "shelduck/store/rebuilt_file.hpp"
#include "shelduck/store/replay.hpp"
#include "shelduck/store/session.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::store::detail {

class Owner {
 public:
  Owner(const std::filesystem::path& database, Domain domain, OpenOptions options);
  ~Owner();
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;

  ApplyReport apply();
  ApplyReport catch_up();
  ApplyReport apply_imports(std::uint64_t frames_max);
  // Durable when it returns; from any thread, but for those who close.
  void append(std::span<const Record> records);
  ApplyReport write(std::span<const Record> records);
  void try_journal();
  FinishReport finish(Seconds budget);
  void drop_caches();
  void close();
  void announce(const std::string& socket) { lock_->write_note(socket); }

  [[nodiscard]] Session& session() { return *session_; }
  [[nodiscard]] journal::FileSystem& files() { return files_; }
  [[nodiscard]] const Domain& domain() const { return domain_; }
  [[nodiscard]] const OpenOptions& options() const { return options_; }
  [[nodiscard]] const Uuid& identity() const { return identity_.uuid; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string journal_directory() const;
  [[nodiscard]] RebuildPlan rebuild_plan();
  [[nodiscard]] const journal::Identity& journal_identity() const { return identity_; }
  // Every record type of this build, the store's own too.
  [[nodiscard]] std::vector<std::uint16_t> types() const;
  void release_all_segments() { segments_->release_all(); }
  // Lets go of the database file, keeps the lock: for those who put another file in its place.
  void close_database();

  // Ends what the connection is doing now; from any thread.
  void interrupt() noexcept;
  // While it is held, no interrupt comes: for those who close the file and open it again.
  [[nodiscard]] std::unique_lock<std::mutex> hold_interrupts() {
    return std::unique_lock{interrupts_};
  }

 private:
  friend class Housekeeping;

  void open_database();
  void open_or_rebuild(bool is_journal_there);
  // Opens the file and reads what it says of itself. Returns what is wrong with it, and throws what
  // is wrong with anything else.
  [[nodiscard]] std::optional<Error> try_session();
  // Without that, an absent database is a new one: applying fills it.
  [[nodiscard]] bool has_more_than_a_journal();
  void rebuild_damaged(const std::string& reason);
  // The same for damage that showed while records were applied; then all is open again.
  void start_anew(const Error& damage);
  ApplyReport apply_rounds();
  // Lets go of every segment where `work` throws.
  template <class Work>
  ApplyReport or_let_go(const Work& work);
  void adopt_identity(const std::optional<journal::Identity>& of_journal);
  void note_backend();
  void migrate();
  void open_journal();
  void keep_edge(ApplyReport& report);
  // Where the counter stands, for those who watch: after an opening.
  void tell_version();
  ReplayReport replay_once(ApplyReport& report, const ReplayOptions& options);
  [[nodiscard]] std::vector<Record> consequences(const ReplayReport& replayed);
  [[nodiscard]] journal::Writer& writer();

  std::filesystem::path path_;
  Domain domain_;
  OpenOptions options_;
  journal::PosixFileSystem files_;
  std::optional<OwnerLock> lock_;
  journal::Identity identity_;
  std::optional<Session> session_;
  std::mutex writer_made_;
  std::unique_ptr<journal::Writer> writer_;  // made under writer_made_
  std::optional<OwnedSegments> segments_;
  // Of the last apply(), where nothing waited after it: what it found is applied.
  std::optional<ApplyReport> caught_up_;
  KeptEdge edge_;
  bool has_migrated_ = false;
  bool has_rebuilt_ = false;  // each rung of the ladder is climbed once
  std::mutex interrupts_;
};

}  // namespace shelduck::store::detail
