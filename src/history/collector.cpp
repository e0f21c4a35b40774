#include "shelduck/history/collector.hpp"

#include <map>
#include <mutex>
#include <unordered_map>

#include "shelduck/core/error.hpp"
#include "shelduck/history/journal_types.hpp"
#include "shelduck/journal/identity.hpp"

namespace shelduck::history {
namespace {

constexpr const char* kDomain = "history";

struct OpenRun {
  RunKey key;
  bool is_ending = false;  // a thread writes its end: nobody else ends it or adds to it
  std::map<std::string, std::int64_t> attempts;  // per plugin
  int open_executions = 0;
};

struct OpenExecution {
  ExecutionKey key;
  bool is_ending = false;
  std::int64_t next_seq = 0;
  int open_steps = 0;
  journal::OpenStart start;
};

struct OpenStep {
  StepMeasured record;
  bool is_ending = false;
};

[[noreturn]] void misuse(std::string_view field, const std::string& id, std::string_view rule) {
  throw Error{ErrorKind::invalid_input,
              std::string(field) + " " + id + " is refused: " + std::string(rule) +
                  "; nothing was recorded",
              {.field = std::string(field), .value = id, .rule = std::string(rule)}};
}

template <class Map, class IdType>
typename Map::mapped_type& open_one(Map& map, const IdType& id, std::string_view field) {
  const auto found = map.find(id);
  if (found == map.end() || found->second.is_ending)
    misuse(field, to_string(id), "it was not started here, or has ended");
  return found->second;
}

StepMeasured measured(StepMeasured record, const StepMetrics& metrics, Instant now) {
  record.step_end = now;
  record.wall_clock_seconds =
      metrics.wall_clock_seconds.value_or(std::max(Seconds{now - record.step_start}.count(), 0.0));
  record.cpu_user_seconds = metrics.cpu_user_seconds;
  record.cpu_kernel_seconds = metrics.cpu_kernel_seconds;
  record.memory_peak_bytes = metrics.memory_peak_bytes;
  record.memory_avg_bytes = metrics.memory_avg_bytes;
  record.io_read_bytes = metrics.io_read_bytes;
  record.io_write_bytes = metrics.io_write_bytes;
  record.download_size_bytes = metrics.download_size_bytes;
  record.quality = metrics.quality;
  return record;
}

}  // namespace

class Collector::State {
 public:
  explicit State(CollectorOptions options)
      : options_(std::move(options)), journal_(files_, writer_options()) {}

  journal::WriterOptions writer_options() {
    journal::open_or_create_journal(files_, options_.database,
                                    {kDomain, options_.clock, options_.random});
    return {.database = options_.database,
            .domain = kDomain,
            .types = journal_types(),
            .clock = options_.clock,
            .random = options_.random,
            .log = options_.log};
  }

  template <class Tag>
  [[nodiscard]] Id<Tag> new_id() const {
    return Id<Tag>{new_uuid(options_.clock(), options_.random)};
  }

  // Durable when it returns. Called without the lock, so that threads share a sync.
  template <class Record>
  journal::Ticket write(const Record& record) {
    const EncodedRecord encoded = to_journal(record);
    const journal::RecordView view{encoded.type, encoded.payload};
    const journal::Ticket ticket = journal_.append({&view, 1});
    journal_.commit(ticket);
    return ticket;
  }

  // Writes the end that `make_record` tells of an open one, once however many threads try. When the
  // write fails, it is open as before.
  template <class Map, class IdType, class MakeRecord>
  auto end(Map& map, const IdType& id, std::string_view field, const MakeRecord& make_record) {
    std::unique_lock lock{mutex_};
    auto& open = open_one(map, id, field);
    auto record = make_record(open);
    validate(record);
    open.is_ending = true;
    lock.unlock();
    try {
      write(record);
    } catch (...) {
      lock.lock();
      map.at(id).is_ending = false;
      throw;
    }
    lock.lock();
    map.erase(id);
    return record;
  }

  // The start of an execution: its segment stays locked until its end is durable.
  journal::OpenStart write_start(const ExecutionStarted& record) {
    const EncodedRecord encoded = to_journal(record);
    const journal::RecordView view{encoded.type, encoded.payload};
    const journal::Ticket ticket = journal_.append({&view, 1});
    journal::OpenStart open = journal_.hold(ticket);
    journal_.commit(ticket);
    return open;
  }

  CollectorOptions options_;
  journal::PosixFileSystem files_;
  journal::Writer journal_;
  std::mutex mutex_;  // guards what follows
  std::unordered_map<RunId, OpenRun, UuidHash> runs_;
  std::unordered_map<ExecutionId, OpenExecution, UuidHash> executions_;
  std::unordered_map<StepId, OpenStep, UuidHash> steps_;
};

Collector::Collector(CollectorOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}

Collector::~Collector() = default;

RunHandle Collector::start_run() {
  const CollectorOptions& options = state_->options_;
  const Instant now = options.clock();
  RunStarted record{.key = {state_->new_id<RunTag>(), options.source, now},
                    .origin = options.origin,
                    .hostname = options.hostname,
                    .username = options.username,
                    .config_hash = options.config_hash,
                    .boot_id = options.boot_id,
                    .utc_offset_minutes = options.utc_offset_minutes,
                    .created_at = now};
  validate(record);
  state_->write(record);
  const std::lock_guard lock{state_->mutex_};
  state_->runs_[record.key.run_id] = {.key = record.key, .attempts = {}};
  return {record.key.run_id};
}

void Collector::end_run(RunHandle run, Status status) {
  state_->end(state_->runs_, run.id, "run", [&](const OpenRun& open) {
    if (open.open_executions > 0) misuse("run", to_string(run.id), "its executions end first");
    return RunEnded{.key = open.key, .end_time = state_->options_.clock(), .status = status};
  });
}

ExecutionHandle Collector::start_plugin_execution(RunHandle run, const PluginStart& start) {
  const Instant now = state_->options_.clock();
  ExecutionStarted record{.origin = state_->options_.origin,
                          .plugin_name = start.plugin_name,
                          .item = start.item,
                          .packages_planned = start.packages_planned,
                          .created_at = now};
  {
    const std::lock_guard lock{state_->mutex_};
    OpenRun& open = open_one(state_->runs_, run.id, "run");
    record.key = {state_->new_id<ExecutionTag>(), run.id, open.key.source, now};
    record.attempt = open.attempts[start.plugin_name] + 1;
    validate(record);
    ++open.attempts[start.plugin_name];
    ++open.open_executions;
  }
  try {
    journal::OpenStart held = state_->write_start(record);
    const std::lock_guard lock{state_->mutex_};
    OpenExecution& execution = state_->executions_[record.key.execution_id];
    execution.key = record.key;
    execution.start = std::move(held);
  } catch (...) {
    const std::lock_guard lock{state_->mutex_};
    --state_->runs_.at(run.id).open_executions;
    throw;
  }
  return {record.key.execution_id};
}

void Collector::end_plugin_execution(ExecutionHandle execution, const PluginEnd& end) {
  const auto ended =
      state_->end(state_->executions_, execution.id, "execution", [&](const OpenExecution& open) {
        if (open.open_steps > 0)
          misuse("execution", to_string(execution.id), "its steps end first");
        return ExecutionEnded{.key = open.key,
                              .end_time = state_->options_.clock(),
                              .status = end.status,
                              .exit_code = end.exit_code,
                              .packages_updated = end.packages_updated,
                              .packages_total = end.packages_total,
                              .error_message = end.error_message};
      });
  const std::lock_guard lock{state_->mutex_};
  --state_->runs_.at(ended.key.run_id).open_executions;
}

StepHandle Collector::start_step(ExecutionHandle execution, const std::string& step_name,
                                 Phase phase) {
  const std::lock_guard lock{state_->mutex_};
  OpenExecution& open = open_one(state_->executions_, execution.id, "execution");
  StepMeasured record{.key = open.key,
                      .step_id = state_->new_id<StepTag>(),
                      .step_name = step_name,
                      .phase = phase,
                      .seq = open.next_seq,
                      .step_start = state_->options_.clock()};
  validate(record);
  ++open.next_seq;
  ++open.open_steps;
  const StepId id = record.step_id;
  state_->steps_[id] = {std::move(record)};
  return {id};
}

void Collector::end_step(StepHandle step, const StepMetrics& metrics) {
  const auto ended = state_->end(state_->steps_, step.id, "step", [&](const OpenStep& open) {
    return measured(open.record, metrics, state_->options_.clock());
  });
  const std::lock_guard lock{state_->mutex_};
  --state_->executions_.at(ended.key.execution_id).open_steps;
}

EstimateId Collector::record_estimate(ExecutionHandle execution, const PluginEstimate& estimate) {
  EstimateMade record{.estimate_id = state_->new_id<EstimateTag>(),
                      .phase = estimate.phase,
                      .download_bytes_est = estimate.download_bytes,
                      .cpu_seconds_est = estimate.cpu_seconds,
                      .wall_seconds_est = estimate.wall_seconds,
                      .memory_bytes_est = estimate.memory_bytes,
                      .package_count_est = estimate.package_count,
                      .confidence = estimate.confidence,
                      .created_at = state_->options_.clock()};
  {
    const std::lock_guard lock{state_->mutex_};
    record.key = open_one(state_->executions_, execution.id, "execution").key;
  }
  validate(record);
  state_->write(record);
  return record.estimate_id;
}

}  // namespace shelduck::history
