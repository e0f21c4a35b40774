// Store is an owner session: one process, one database file, one journal.
//
//   Store store = Store::open(path, domain, {.engine = engine_program});
//   store.apply();                                  // everything acknowledged before now
//   const Result rows = store.connection().query(...);
//   ... print the answer ...
//   store.finish(Seconds{0.5});                     // checkpoint, archive, backup, deletion
//
// open() finds the owner in one loop: it tries the lock file, and sleeps and tries again until
// `wait` is over (ErrorKind::busy names the process). It finishes an interrupted restore, tries the
// file in a child process after an unclean stop, climbs the recovery ladder where that fails, and
// migrates after a backup.
// write() puts records into the owner's own journal, waits until they are durable, and applies
// them.
//
// Threads: one, but for interrupt(), append() and connect(): other threads read through connections
//          of their own.
// Failure: open throws not_found ("no history yet": nothing there and Purpose::question), busy,
//          refused (newer), corrupt; apply throws what the engine met, and nothing of that batch is
//          stored. What is acknowledged is never lost by a failure here: it stays in the journal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "shelduck/core/log.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/journal/owner_note.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/domain.hpp"
#include "shelduck/store/version.hpp"

namespace shelduck::store {

namespace detail {
class Owner;
}

// A question makes no files where there are none.
enum class Purpose { question, write };

// When the work after an answer begins. Tests make these small.
struct HousekeepingLimits {
  std::uint64_t segment_bytes = 4ULL << 20U;       // a segment of this size is archived
  std::uint64_t archive_bytes = 16'000'000;        // an archive of this size is backed up
  std::uint64_t uncovered_bytes_max = 64'000'000;  // and of this one, before it grows
  std::size_t small_files_max = 16;                // archived files, before they are packed
  // Segments that wait to be adopted; more are archived, however small. A writer makes one whenever
  // it finds all others locked, so without a limit an owner that stays would have ever more open.
  std::size_t segments_max = 32;
};

// A batch whose rows are committed. Where `before` is not the count that was told last, something
// was applied that nobody was told of: the file was opened, or made anew.
struct Applied {
  Version version;           // with it
  std::uint64_t before = 0;  // the count without it
  std::span<const Events> events;
  std::uint64_t stored = 0;  // things of the domain that its rows count: readings
};

// How much of the machine the engine takes.
struct EngineShare {
  std::int64_t memory_bytes = 64LL * 1000 * 1000;
  std::int64_t checkpoint_bytes = 32LL * 1000 * 1000;  // as DatabaseOptions
  Freed freed = Freed::kept;
};

struct OpenOptions {
  Purpose purpose = Purpose::question;
  Seconds wait{10};
  Clock clock = system_clock();
  RandomSource random = system_random();
  LogSink log = silent();
  // The engine program, run as `<engine> --trial-open <database>` after an unclean stop.
  std::filesystem::path engine{};
  std::filesystem::path export_directory{};
  int threads = 2;
  EngineShare engine_share{};
  std::int64_t floor_bytes = 64LL * 1000 * 1000;
  std::size_t batch_records_max = 50'000;  // stored with one commit
  // How open() waits between two tries; tests pass a clock that moves.
  std::function<void(Microseconds)> sleep{};
  // Called with the note of whoever holds the lock, before each pause: it may throw, where that is
  // a server that can be asked instead.
  std::function<void(const journal::OwnerNote&)> owned_by_other{};
  // Answers true when the caller has no more patience (a signal): open and apply throw cancelled.
  std::function<bool()> is_cancelled{};
  HousekeepingLimits limits{};
  // Told of every batch, and where the counter stands after an opening; by the thread that applies
  // or opens. It must neither throw nor wait for anybody.
  std::function<void(const Applied&)> applied{};
  // Told of each sync of records to this process's journal; as WriterOptions::synced.
  std::function<void()> synced{};
  // Named steps, for tests that stop the process there.
  StepObserver step{};
};

struct ApplyReport {
  std::uint64_t applied = 0;  // frames whose rows are committed now
  std::uint64_t quarantined = 0;
  std::uint64_t waiting = 0;       // acknowledged, not applied: no space, or a newer record type
  bool has_more = false;           // of imports: not all was applied yet
  std::vector<std::string> notes;  // one line each: torn tails, damage, segments of a newer version
};

struct FinishReport {
  std::uint64_t archived = 0;  // segments
  std::uint64_t deleted = 0;
  bool is_backed_up = false;
  bool is_complete = true;         // false: time was over, the next owner goes on
  std::vector<std::string> notes;  // what could not be done, one line each
};

class Store {
 public:
  [[nodiscard]] static Store open(const std::filesystem::path& database, const Domain& domain,
                                  OpenOptions options);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();  // closes; after write() also finishes what cannot wait

  // Applies everything that was acknowledged before the call, exactly once. Where applying has no
  // space the report says how many records wait, and the rest of the session still answers.
  ApplyReport apply();

  // The same answer for a hundredth of the cost, where no process has written anything since the
  // last apply(). What follows from time alone, it leaves to apply().
  ApplyReport catch_up();

  // Of the rows as they are applied now; asks the database only after an opening.
  [[nodiscard]] Version version();
  // At most `frames_max` frames of imports by other processes that are still at work: apply()
  // leaves them out, because nobody but the importer waits for them.
  ApplyReport apply_imports(std::uint64_t frames_max);

  // Names the socket of a server in the lock file; empty when it listens no more.
  void announce(const std::string& socket);

  // The owner's connection: for questions. Domain tables change through write() only.
  [[nodiscard]] Connection& connection();

  // Another connection, for another thread, with the domain's staging tables: it costs
  // milliseconds, so keep it.
  [[nodiscard]] Connection connect();

  // Ends what connection() is doing now with ErrorKind::cancelled; from any thread.
  void interrupt() noexcept;

  // Durable, and applied, when it returns. Below the disk floor ordinary records are refused with
  // ErrorKind::exhausted; reserved types (ends, deletes, prunes) still get in.
  ApplyReport write(std::span<const Record> records);

  // The first half of write(), from any thread: durable when it returns, applied with the next
  // apply(). Many threads share a sync.
  void append(std::span<const Record> records);

  // Throws where no file can be written and synced beside the journal's segments.
  void try_journal();

  // The work after the answer, in slices: begins none after `budget` is over.
  FinishReport finish(Seconds budget);

  // Moves the engine's log into the file: the room of removed rows is used again from then on. No
  // other connection may have a transaction under way.
  void checkpoint();

  // Lets go of the memory that questions and writes have left behind, after a checkpoint where the
  // log holds rows: for who has time, while no connection() and connect() is in use.
  void drop_caches();

  // Closes now, and throws where the destructor only logs.
  void close();

  [[nodiscard]] const Uuid& identity() const;
  [[nodiscard]] const std::filesystem::path& path() const;

  // For backup, check and quarantine, which stand beside this class.
  [[nodiscard]] detail::Owner& owner() noexcept { return *owner_; }

 private:
  explicit Store(std::unique_ptr<detail::Owner> owner) noexcept;

  std::unique_ptr<detail::Owner> owner_;
};

}  // namespace shelduck::store
