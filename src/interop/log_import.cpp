#include "shelduck/interop/log_import.hpp"

#include <map>

#include "shelduck/interop/logs/grouping.hpp"
#include "shelduck/interop/logs/identity.hpp"

namespace shelduck::interop {
namespace {

using logs::Flag;
using logs::LogEntry;

history::Origin origin_of(logs::Format format) {
  switch (format) {
    case logs::Format::apt:
      return history::Origin::apt;
    case logs::Format::dpkg:
      return history::Origin::dpkg;
    case logs::Format::pacman:
      return history::Origin::pacman;
    case logs::Format::dnf:
      return history::Origin::dnf;
    case logs::Format::dnfrpm:
      return history::Origin::dnfrpm;
    case logs::Format::yum:
      return history::Origin::yum;
    case logs::Format::emerge:
      return history::Origin::emerge;
    case logs::Format::ninja:
      return history::Origin::ninja;
  }
  return history::Origin::apt;
}

history::Status status_of(const LogEntry& entry) {
  switch (entry.status) {
    case logs::Status::success:
      return history::Status::success;
    case logs::Status::failed:
      return history::Status::failed;
    case logs::Status::interrupted:
      return history::Status::interrupted;
  }
  return history::Status::interrupted;
}

history::Phase phase_of(logs::Phase phase) {
  switch (phase) {
    case logs::Phase::check:
      return history::Phase::check;
    case logs::Phase::download:
      return history::Phase::download;
    case logs::Phase::execute:
      return history::Phase::execute;
  }
  return history::Phase::execute;
}

std::int64_t flags_of(const LogEntry& entry) {
  std::int64_t flags = 0;
  if (entry.flags.has(Flag::false_clock)) flags |= history::kFalseClock;
  if (entry.flags.has(Flag::start_unknown)) flags |= history::kStartUnknown;
  if (entry.flags.has(Flag::end_before_start)) flags |= history::kClockWentBack;
  if (entry.flags.has(Flag::ambiguous_time) || entry.flags.has(Flag::nonexistent_time)) {
    flags |= history::kTimeAmbiguous;
  }
  return flags;
}

std::optional<std::string> text_or_none(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

history::ExecutionEnded end_of(const LogEntry& entry, const history::ExecutionKey& key) {
  history::ExecutionEnded end{.key = key,
                              .end_time = entry.end,
                              .status = status_of(entry),
                              .status_raw = text_or_none(entry.status_raw),
                              .packages_updated = entry.packages_updated,
                              .packages_total = entry.packages_total,
                              .error_message = text_or_none(entry.error_message)};
  if (entry.exit_code) end.exit_code = *entry.exit_code;
  return end;
}

std::vector<history::StepMeasured> steps_of(const LogEntry& entry,
                                            const history::ExecutionKey& key) {
  std::vector<history::StepMeasured> steps;
  for (const logs::Step& step : entry.steps) {
    // A step is told once, when it has ended: a later copy of the log may know more of this one.
    if (entry.flags.has(Flag::open_at_end) && !step.end) break;
    const auto seq = static_cast<std::int64_t>(steps.size());
    history::StepMeasured measured{
        .key = key,
        .step_id = history::StepId{derived_uuid(to_string(key.execution_id) + " step " +
                                                std::to_string(seq))},
        .step_name = step.name,
        .phase = phase_of(step.phase),
        .seq = seq,
        .step_start = step.start,
        .step_end = step.end};
    if (step.end && *step.end >= step.start) {
      measured.wall_clock_seconds = Seconds{*step.end - step.start}.count();
    }
    steps.push_back(std::move(measured));
  }
  return steps;
}

// Turns the entries of one log into runs and hands each over as soon as it is complete.
class RunAssembler final : public logs::Sink {
 public:
  RunAssembler(Importer& importer, logs::LineSource& lines, const LogImportOptions& options)
      : importer_(importer),
        lines_(lines),
        options_(options),
        identity_(options.format, options.source),
        grouping_(options.format) {}

  void entry(LogEntry entry) override {
    const Uuid id = identity_.next(entry);
    const logs::Placement place = grouping_.place(entry);
    if (place.opens) {
      if (!has_sessions()) hand_over_all();
      runs_.emplace(place.run, open_run(entry, logs::run_identity(id)));
    }
    ImportedRun& run = runs_.at(place.run);
    run.executions.push_back(execution_of(entry, history::ExecutionId{id}, run.start.key));
    report_progress();
  }

  void reject(logs::Reject reject) override {
    importer_.reject({reject.line, std::move(reject.reason)}, reject.text);
    report_progress();
  }

  void hand_over_all() {
    for (auto& [number, run] : runs_) importer_.add(std::move(run));
    runs_.clear();
  }

 private:
  // Only these formats tell sessions apart, and then a run may go on after another has opened.
  [[nodiscard]] bool has_sessions() const {
    return options_.format == logs::Format::emerge || options_.format == logs::Format::ninja;
  }

  [[nodiscard]] ImportedRun open_run(const LogEntry& entry, const Uuid& id) const {
    ImportedRun run;
    run.line = entry.line;
    run.start.key = {history::RunId{id}, options_.source, entry.time()};
    run.start.origin = origin_of(options_.format);
    run.start.hostname = options_.hostname;
    run.start.username = text_or_none(entry.requester);
    run.start.created_at = entry.time();
    if (entry.utc_offset_minutes) run.start.utc_offset_minutes = *entry.utc_offset_minutes;
    return run;
  }

  [[nodiscard]] ImportedExecution execution_of(const LogEntry& entry,
                                               const history::ExecutionId& id,
                                               const history::RunKey& run) const {
    const history::ExecutionKey key{id, run.run_id, options_.source, entry.time()};
    ImportedExecution execution;
    execution.start = {.key = key,
                       .origin = origin_of(options_.format),
                       .plugin_name = entry.plugin_name,
                       .item = text_or_none(entry.item),
                       .resolution_seconds = entry.resolution_seconds,
                       .flags = flags_of(entry),
                       .created_at = entry.time()};
    if (entry.flags.has(Flag::open_at_end)) {
      execution.interrupted_at = entry.time();
    } else {
      execution.end = end_of(entry, key);
    }
    execution.steps = steps_of(entry, key);
    return execution;
  }

  void report_progress() {
    constexpr std::uint64_t kEvery = 262144;
    if (!options_.progress || lines_.bytes_read() < reported_ + kEvery) return;
    reported_ = lines_.bytes_read();
    options_.progress(reported_);
  }

  Importer& importer_;
  logs::LineSource& lines_;
  const LogImportOptions& options_;
  logs::IdentityCounter identity_;
  logs::Grouping grouping_;
  std::map<std::size_t, ImportedRun> runs_;  // open ones, by number
  std::uint64_t reported_ = 0;
};

}  // namespace

ImportReport import_log(const ImportTarget& target, logs::LineSource& lines,
                        const LogImportOptions& options) {
  Importer importer{target,
                    {.source = options.source,
                     .origin = origin_of(options.format),
                     .clock = options.clock,
                     .random = options.random}};
  RunAssembler assembler{importer, lines, options};
  const logs::ReadSummary summary =
      logs::read_log(options.format, lines, options.reading, assembler);
  assembler.hand_over_all();
  ImportReport report = importer.finish();
  if (summary.assumed_zone) {
    report.notes.push_back("times without an offset were read as " + options.reading.zone.name() +
                           " (--assume-tz)");
  }
  if (summary.checks > 0) {
    report.notes.push_back(std::to_string(summary.checks) +
                           " sessions only looked or synchronised and are no executions");
  }
  return report;
}

}  // namespace shelduck::interop
