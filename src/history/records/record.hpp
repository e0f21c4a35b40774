// The records of the history domain: every change of a history table is one of these, appended to
// the journal before it is acknowledged and applied to the database later.
//
// Records are facts that commute: any order and any split of them gives the same tables.
//  - Each names its execution by an ExecutionKey, so that a record is judged (deleted run? pruned
//    source?) without its parent, and a missing parent can be held by a placeholder.
//  - A start, an end, a step, an estimate is said once. Of two contents for one id the one with the
//    lower content_hash() stays and the other goes to quarantine.
//  - FieldUpdated: per (entity, field) the highest version wins. an interruption: the earliest
//  wins.
//
// DO NOT CHANGE field numbers or RecordType values: they are on disk. Add new ones at the end.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shelduck/core/encoding.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/history/records/status.hpp"

namespace shelduck::history {

using shelduck::decode;
using shelduck::encode;

using RunId = Id<struct RunTag>;
using ExecutionId = Id<struct ExecutionTag>;
using StepId = Id<struct StepTag>;
using EstimateId = Id<struct EstimateTag>;
using ForecastId = Id<struct ForecastTag>;

enum class RecordType : std::uint16_t {
  run_started = 1,
  run_ended = 2,
  execution_started = 3,
  execution_ended = 4,
  step_measured = 5,
  estimate_made = 6,
  forecast_issued = 7,
  plugin_aliased = 8,
  field_updated = 9,
  entity_deleted = 10,
  source_pruned = 11,
  execution_interrupted = 12,
  run_interrupted = 13,
  model_trained = 14,
  entry_rejected = 15,
};

// Who wrote a record down. A better origin covers a worse one that describes the same work.
enum class Origin : std::uint8_t {
  exec = 0,
  library = 1,
  http = 2,
  json = 3,
  apt = 4,
  dpkg = 5,
  pacman = 6,
  dnf = 7,
  dnfrpm = 8,
  yum = 9,
  emerge = 10,
  ninja = 11,
};

inline constexpr std::array<std::string_view, 12> kOriginNames{
    "exec",   "library", "http",   "json", "apt",    "dpkg",
    "pacman", "dnf",     "dnfrpm", "yum",  "emerge", "ninja"};

[[nodiscard]] constexpr std::string_view to_string(Origin origin) noexcept {
  return kOriginNames[static_cast<std::size_t>(origin) % kOriginNames.size()];
}

// Bits of ExecutionStarted::flags.
inline constexpr std::int64_t kFalseClock = 1;     // start before 2001: kept, out of training
inline constexpr std::int64_t kStartUnknown = 2;   // start_time is a stand-in: no duration
inline constexpr std::int64_t kClockWentBack = 4;  // end before start as written: no duration
inline constexpr std::int64_t kTimeAmbiguous = 8;  // local time in a daylight-saving fold or gap

struct RunKey {
  RunId run_id;
  std::string source;  // whose history: this host, or the name given to an import
  Instant start_time;
};

struct ExecutionKey {
  ExecutionId execution_id;
  RunId run_id;
  std::string source;
  Instant start_time;
};

struct RunStarted {
  static constexpr RecordType kType = RecordType::run_started;
  RunKey key;
  Origin origin = Origin::library;
  std::optional<std::string> source_id;  // the id that another program gave it
  std::optional<std::string> hostname;
  std::optional<std::string> username;
  std::optional<std::string> config_hash;
  std::optional<std::string> boot_id;
  std::optional<std::int64_t> utc_offset_minutes;
  Instant created_at;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.key.run_id), visit(2, r.key.source), visit(3, r.key.start_time), visit(4, r.origin);
    visit(5, r.source_id), visit(6, r.hostname), visit(7, r.username), visit(8, r.config_hash);
    visit(9, r.boot_id), visit(10, r.utc_offset_minutes), visit(11, r.created_at);
  }
};

struct RunEnded {
  static constexpr RecordType kType = RecordType::run_ended;
  RunKey key;
  Instant end_time;
  Status status = Status::success;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.key.run_id), visit(2, r.key.source), visit(3, r.key.start_time);
    visit(4, r.end_time), visit(5, r.status);
  }
};

struct ExecutionStarted {
  static constexpr RecordType kType = RecordType::execution_started;
  ExecutionKey key;
  Origin origin = Origin::library;
  std::string plugin_name;
  std::optional<std::string> item;  // category/name for emerge, output for ninja
  std::int64_t attempt = 1;
  std::optional<std::int64_t> packages_planned;  // known before the work
  std::optional<double> resolution_seconds;      // of the clock that wrote the times
  std::int64_t flags = 0;
  Instant created_at;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.key.execution_id), visit(2, r.key.run_id), visit(3, r.key.source);
    visit(4, r.key.start_time), visit(5, r.origin), visit(6, r.plugin_name), visit(7, r.item);
    visit(8, r.attempt), visit(9, r.packages_planned), visit(10, r.resolution_seconds);
    visit(11, r.flags), visit(12, r.created_at);
  }
};

struct ExecutionEnded {
  static constexpr RecordType kType = RecordType::execution_ended;
  ExecutionKey key;
  std::optional<Instant> end_time;  // none: it ended, nobody wrote down when
  Status status = Status::success;
  std::optional<std::string> status_raw;
  std::optional<std::int64_t> exit_code;
  std::optional<std::int64_t> packages_updated;
  std::optional<std::int64_t> packages_total;
  std::optional<std::string> error_message;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.key.execution_id), visit(2, r.key.run_id), visit(3, r.key.source);
    visit(4, r.key.start_time), visit(5, r.end_time), visit(6, r.status), visit(7, r.status_raw);
    visit(8, r.exit_code), visit(9, r.packages_updated), visit(10, r.packages_total);
    visit(11, r.error_message);
  }
};

// One step, said when it has ended. Metrics that were not measured are empty, never 0.
struct StepMeasured {
  static constexpr RecordType kType = RecordType::step_measured;
  ExecutionKey key;
  StepId step_id;
  std::string step_name;
  Phase phase = Phase::execute;
  std::int64_t seq = 0;
  Instant step_start;
  std::optional<Instant> step_end;
  std::optional<double> wall_clock_seconds;
  std::optional<double> cpu_user_seconds;
  std::optional<double> cpu_kernel_seconds;
  std::optional<std::int64_t> memory_peak_bytes;
  std::optional<std::int64_t> memory_avg_bytes;
  std::optional<std::int64_t> io_read_bytes;
  std::optional<std::int64_t> io_write_bytes;
  std::optional<std::int64_t> io_read_ops;
  std::optional<std::int64_t> io_write_ops;
  std::optional<std::int64_t> network_rx_bytes;
  std::optional<std::int64_t> network_tx_bytes;
  std::optional<std::int64_t> download_size_bytes;
  std::optional<double> suspended_seconds;
  std::optional<std::string> quality;  // JSON object: metric -> wait4, procio, declared, polled...

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.key.execution_id), visit(2, r.key.run_id), visit(3, r.key.source);
    visit(4, r.key.start_time), visit(5, r.step_id), visit(6, r.step_name), visit(7, r.phase);
    visit(8, r.seq), visit(9, r.step_start), visit(10, r.step_end);
    visit(11, r.wall_clock_seconds), visit(12, r.cpu_user_seconds);
    visit(13, r.cpu_kernel_seconds), visit(14, r.memory_peak_bytes), visit(15, r.memory_avg_bytes);
    visit(16, r.io_read_bytes), visit(17, r.io_write_bytes), visit(18, r.io_read_ops);
    visit(19, r.io_write_ops), visit(20, r.network_rx_bytes), visit(21, r.network_tx_bytes);
    visit(22, r.download_size_bytes), visit(23, r.suspended_seconds), visit(24, r.quality);
  }
};

// What the plugin itself claims before the work.
struct EstimateMade {
  static constexpr RecordType kType = RecordType::estimate_made;
  ExecutionKey key;
  EstimateId estimate_id;
  Phase phase = Phase::execute;
  std::optional<std::int64_t> download_bytes_est;
  std::optional<double> cpu_seconds_est;
  std::optional<double> wall_seconds_est;
  std::optional<std::int64_t> memory_bytes_est;
  std::optional<std::int64_t> package_count_est;
  std::optional<double> confidence;  // 0 to 1, as the plugin says
  Instant created_at;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.key.execution_id), visit(2, r.key.run_id), visit(3, r.key.source);
    visit(4, r.key.start_time), visit(5, r.estimate_id), visit(6, r.phase);
    visit(7, r.download_bytes_est), visit(8, r.cpu_seconds_est), visit(9, r.wall_seconds_est);
    visit(10, r.memory_bytes_est), visit(11, r.package_count_est), visit(12, r.confidence);
    visit(13, r.created_at);
  }
};

// What Shelduck claims. The id is derived from what identifies a forecast (plugin or total, phase,
// target, model, level, inputs, number of observations), so showing one again adds nothing.
struct ForecastIssued {
  static constexpr RecordType kType = RecordType::forecast_issued;
  ForecastId forecast_id;
  Instant issued_at;
  std::optional<RunId> run_id;
  std::optional<ExecutionId> execution_id;
  std::optional<std::string> plugin_name;  // none: the total of a plan
  std::optional<std::string> plan;
  std::optional<std::string> total_of;  // plugin names of a total, one a line, sorted
  Phase phase = Phase::execute;
  std::string target;  // wall_clock_seconds, cpu_seconds, memory_peak_bytes, download_size_bytes
  std::string model;
  double level = 0.9;  // a fraction
  std::optional<double> lower;
  double point = 0;
  std::optional<double> upper;
  std::int64_t n = 0;
  std::string inputs;  // JSON object of what was known

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.forecast_id), visit(2, r.issued_at), visit(3, r.run_id), visit(4, r.execution_id);
    visit(5, r.plugin_name), visit(6, r.plan), visit(7, r.phase), visit(8, r.target);
    visit(9, r.model), visit(10, r.level), visit(11, r.lower), visit(12, r.point);
    visit(13, r.upper), visit(14, r.n), visit(15, r.inputs);
    visit(16, r.total_of);
  }
};

// `old_name` is shown and trained as `plugin_name`. The highest version wins.
struct PluginAliased {
  static constexpr RecordType kType = RecordType::plugin_aliased;
  std::string old_name;
  std::string plugin_name;
  Uuid version;  // UUIDv7

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.old_name), visit(2, r.plugin_name), visit(3, r.version);
  }
};

enum class Entity : std::uint8_t { run = 0, execution = 1, step = 2, estimate = 3, forecast = 4 };

// A field of an entity gets another value, as text: an instant in RFC 3339, a number in decimal.
// Without a value the field becomes null.
struct FieldUpdated {
  static constexpr RecordType kType = RecordType::field_updated;
  Entity entity = Entity::run;
  Uuid id;
  std::string field;
  std::optional<std::string> value;
  Uuid version;  // UUIDv7

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.entity), visit(2, r.id), visit(3, r.field), visit(4, r.value), visit(5, r.version);
  }
};

// Leaves a tombstone that refuses whatever arrives later for this id or below it.
struct EntityDeleted {
  static constexpr RecordType kType = RecordType::entity_deleted;
  Entity entity = Entity::run;
  Uuid id;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.entity), visit(2, r.id);
  }
};

// The source that stands for all forecasts in a SourcePruned record: their start is issued_at.
inline constexpr std::string_view kForecastSource = "(forecasts)";

// Everything of `source` whose key starts before `cutoff` is gone, now and for ever.
struct SourcePruned {
  static constexpr RecordType kType = RecordType::source_pruned;
  std::string source;
  Instant cutoff;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.source), visit(2, r.cutoff);
  }
};

// The owner of the database found that nobody will say the end any more. A late end overrides it.
struct ExecutionInterrupted {
  static constexpr RecordType kType = RecordType::execution_interrupted;
  ExecutionKey key;
  Instant at;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.key.execution_id), visit(2, r.key.run_id), visit(3, r.key.source);
    visit(4, r.key.start_time), visit(5, r.at);
  }
};

struct RunInterrupted {
  static constexpr RecordType kType = RecordType::run_interrupted;
  RunKey key;
  Instant at;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.key.run_id), visit(2, r.key.source), visit(3, r.key.start_time), visit(4, r.at);
  }
};

// The state of a model that is too heavy to fit at every question. The highest version wins.
struct ModelTrained {
  static constexpr RecordType kType = RecordType::model_trained;
  std::string plugin_name;
  Phase phase = Phase::execute;
  std::string target;
  std::string model;
  Uuid version;  // UUIDv7
  Instant trained_at;
  std::int64_t n = 0;
  std::string state;  // JSON

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.plugin_name), visit(2, r.phase), visit(3, r.target), visit(4, r.model);
    visit(5, r.version), visit(6, r.trained_at), visit(7, r.n), visit(8, r.state);
  }
};

// An entry of somebody else's file that could not be imported: it goes to quarantine as it is.
struct EntryRejected {
  static constexpr RecordType kType = RecordType::entry_rejected;
  std::string source;
  Origin origin = Origin::json;
  std::int64_t line = 0;
  std::string reason;
  std::string text;  // the beginning of what was refused, valid UTF-8

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.source), visit(2, r.origin), visit(3, r.line), visit(4, r.reason), visit(5, r.text);
  }
};

// A record as the journal takes it: its type and its bytes.
struct EncodedRecord {
  std::uint16_t type = 0;
  std::string payload;
};

template <class Record>
[[nodiscard]] EncodedRecord to_journal(const Record& record) {
  return {static_cast<std::uint16_t>(Record::kType), encode(record)};
}

// Orders two contents of one id: the lower one stays. XXH3 of the payload.
[[nodiscard]] std::int64_t content_hash(std::string_view payload) noexcept;

// Every record type this build knows, for the journal.
[[nodiscard]] std::span<const std::uint16_t> known_record_types() noexcept;

// Types that are taken below the disk floor, from the reserve: ends (a step's are updates of its
// fields), interruptions, deletes, prunes.
[[nodiscard]] bool is_reserved(RecordType type) noexcept;

// Each throws Error(invalid_input) that names field, value and rule: empty names, instants outside
// the years 1 to 9999, negative or non-finite metrics, an end before its start, bad levels.
void validate(const RunStarted& record);
void validate(const RunEnded& record);
void validate(const ExecutionStarted& record);
void validate(const ExecutionEnded& record);
void validate(const StepMeasured& record);
void validate(const EstimateMade& record);
void validate(const ForecastIssued& record);

}  // namespace shelduck::history
