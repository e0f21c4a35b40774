// Domain is what a room (history, sensors, ...) hands to the store: its name, its tables, the
// records it knows, and how they become rows.
//
//   Domain domain{.name = "history", .migrations = ..., .record_types = {{1}, {2}}};
//   domain.apply = [](ApplyContext& context, std::span<const Frame> frames) { ... };
//
// What apply() must keep:
//  - Records come in any order and split into any batches; equal records come twice. The result is
//    the same tables. An id that is there with the same content is skipped.
//  - Values come from records only: never from a clock, from chance or from the order.
//  - A record that breaks a rule goes to context.quarantine() and the rest goes on. A missing
//    parent is a placeholder, never a reason for quarantine.
//  - No DDL. Staging tables are TEMP tables of `staging_sql`, made once when the owner's connection
//    opens; apply() empties them itself.
//  - Throwing gives up the whole batch: nothing of it is stored and the position stays.
// Threads: everything is called by the thread that owns the Store.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/log.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/journal/segment_file.hpp"
#include "shelduck/journal/writer.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/migration.hpp"
#include "shelduck/store/record.hpp"
#include "shelduck/store/recording.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::store {

using journal::Position;     // {segment, sequence}
using journal::RecordClass;  // reserved ones are still taken below the disk floor
using journal::RecordType;   // {type, record_class}

// A fact as it comes out of the journal; the payload is borrowed for the call.
struct Frame {
  std::uint16_t type = 0;
  std::string_view payload;
  Position position;
};

namespace detail {
class QuarantineDesk;
}

// What a batch of records means to whoever watches a database: events of one type, in their order.
// Their texts are made for who listens alone. Of no weight for its rows.
struct Events {
  std::string type;  // "execution"
  std::size_t size = 0;
  std::function<std::string(std::size_t)> json;  // of one of them: a value in one line
  // Whom it is about, where streams ask for that: a node's address.
  std::function<std::string(std::size_t)> subject = [](std::size_t) { return std::string{}; };
};

[[nodiscard]] Events one_event(std::string type, std::string json);

class ApplyContext {
 public:
  // `events` is null where nobody watches.
  ApplyContext(Transaction& transaction, detail::QuarantineDesk& desk, const LogSink& log,
               std::vector<Events>* events = nullptr)
      : transaction_(transaction), desk_(desk), log_(log), events_(events) {}

  [[nodiscard]] Transaction& transaction() noexcept { return transaction_; }
  [[nodiscard]] const LogSink& log() const noexcept { return log_; }

  struct Refusal {
    std::string reason;           // names field, value and rule
    std::string source{};         // where it came from, for `quarantine list`
    std::optional<Instant> at{};  // an instant of the record; else that of its segment
  };

  // Keeps the record aside, counted and listed; the same record twice makes one row.
  void quarantine(const Frame& frame, const Refusal& refusal);

  // Whether announce() is heard: what an event needs is not looked up for nobody.
  [[nodiscard]] bool is_watched() const noexcept { return events_ != nullptr; }
  // Told once the batch is committed, after those that were announced before. What they are made of
  // lives as long as one of them is kept.
  void announce(Events events);
  // So many more things are stored, for who counts them.
  void count_stored(std::uint64_t things) noexcept { stored_ += things; }
  [[nodiscard]] std::uint64_t stored() const noexcept { return stored_; }

 private:
  Transaction& transaction_;
  detail::QuarantineDesk& desk_;
  const LogSink& log_;
  std::vector<Events>* events_;  // borrowed
  std::uint64_t stored_ = 0;
};

// A rule as a query whose rows are the exceptions; the first column describes each of them.
struct CheckRule {
  std::string name;
  std::string sql;
  // Reported rules are facts worth telling (placeholders, open executions), not damage.
  enum class Severity { broken, reported } severity = Severity::broken;
};

// What stands for the content of one table when two databases are compared: a query over it, or no
// text where the table is left out.
struct TableDigest {
  std::string table;
  std::string sql;
};

// A domain that gives old rows up for good has an edge, in a unit of its own: nothing before it is
// kept, and nothing is taken any more. The journal's folder keeps it too, so that it holds after a
// restore of an older copy.
struct EdgeRule {
  std::uint16_t record_type = 0;
  // As the rows have it; none where nothing was ever given up.
  std::function<std::optional<std::int64_t>(Connection&)> stored;
  // Moves it forward.
  std::function<Record(std::int64_t)> record;
  std::string before;  // "readings before Unix second": what an edge means, for who is told
};

// What the rows say of these facts, as they were recorded. It may tell of more than it was asked
// for.
using FindFacts = std::function<KnownFacts(Connection&, std::span<const Fact>)>;

struct Domain {
  std::string name;
  Backend backend = Backend::duckdb;  // whose words its SQL is in, and the file's engine
  std::vector<Migration> migrations;
  std::vector<RecordType> record_types;  // every one that this build knows
  std::string staging_sql{};

  std::function<void(ApplyContext&, std::span<const Frame>)> apply;

  // A segment was locked by the owner and read to its end: no writer lives there any more. Returns
  // the records that follow from that (interruptions); they are written to the owner's own journal.
  std::function<std::vector<Record>(Connection&, const Uuid& segment)> segment_ended{};

  // Called after apply() caught up and before the answer, for what follows from time alone: runs
  // without a sign of life. The records are written like those of segment_ended.
  std::function<std::vector<Record>(Connection&)> caught_up{};

  // Makes one that looks for what a client's Recording is judged by. It may remember what it found:
  // it serves one connection, and is thrown away when rows have changed.
  std::function<FindFacts()> facts_finder{};

  // Of all events that apply() may announce.
  std::vector<std::string> event_types{};

  std::optional<EdgeRule> edge{};

  // What to do about a file of another program with these tables; empty where it knows none.
  std::function<std::string(std::span<const std::string> tables)> hint_for_foreign{};

  std::vector<CheckRule> rules{};

  // By default every table is compared with all its columns.
  std::vector<TableDigest> digests{};
};

}  // namespace shelduck::store
