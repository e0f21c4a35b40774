#include "shelduck/front/exec_command.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <system_error>

#include "shelduck/commands/folders.hpp"
#include "shelduck/commands/report.hpp"
#include "shelduck/core/bytes.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/front/execution.hpp"
#include "shelduck/front/progress_line.hpp"
#include "shelduck/front/recorder.hpp"
#include "shelduck/front/remaining.hpp"
#include "shelduck/front/spool.hpp"

namespace shelduck::front {
namespace {

void say(const std::string& line) {
  const std::string text = "shelduck: " + line + "\n";
  // A closed stderr is not a reason to fail.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

ExecutionPlan plan_of(const commands::ParsedCommand& resolved) {
  ExecutionPlan plan{.plugin = resolved.value("plugin").value_or(""),
                     .step = resolved.value("step").value_or("update"),
                     .packages = resolved.whole_number("packages"),
                     .download_bytes = resolved.byte_count("download-bytes")};
  plan.phase = history::parse_phase(resolved.value("phase").value_or("EXECUTE"))
                   .value_or(history::Phase::execute);
  if (const auto id = parse_uuid(resolved.value("run").value_or(""))) {
    plan.given_run = history::RunId{*id};
  }
  return plan;
}

ProgressPlace progress_place(const commands::ParsedCommand& resolved) {
  const std::string place = resolved.value("progress").value_or("fd");
  if (place == "none") return ProgressPlace::none;
  return place == "stderr" ? ProgressPlace::standard_error : ProgressPlace::own_descriptor;
}

std::optional<history::PredictionTable> read_predictions(const std::filesystem::path& database) {
  const std::string path = database.string() + ".predictions";
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::string bytes;
  std::array<char, 16384> buffer{};
  for (ssize_t got = 0; (got = read(file, buffer.data(), buffer.size())) > 0;) {
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
  close(file);
  return history::decode_prediction_table(bytes);
}

// Draws while the child runs, from the predictions beside the database.
class Display {
 public:
  Display(const commands::ParsedCommand& resolved, const commands::Environment& environment,
          std::filesystem::path database)
      : allowed_(may_draw(resolved, environment)),
        always_(resolved.flag("show")),
        plugin_(resolved.value("plugin").value_or("")),
        database_(std::move(database)) {}

  void show(const View& view) {
    if (!allowed_ || !(always_ || view.steps.reported_anything())) return;
    if (!looked_) table_ = read_predictions(database_);
    looked_ = true;
    const history::PredictionRow* row =
        table_ ? table_->find(plugin_, view.steps.current_phase()) : nullptr;
    const auto percent = view.steps.current_percent();
    const Seconds in_phase = view.elapsed - view.steps.current_begin().wall;
    line_.draw(
        progress_text(plugin_, view.elapsed, percent, remaining_time(row, in_phase, percent)));
  }

  void clear() { line_.clear(); }

 private:
  bool allowed_;
  bool always_;
  std::string plugin_;
  std::filesystem::path database_;
  bool looked_ = false;
  std::optional<history::PredictionTable> table_;
  ProgressLine line_;
};

void report_unrecorded(const Execution& execution, const commands::ParsedCommand& resolved,
                       const Outcome& outcome, const std::string& reason) {
  const auto environment = commands::process_environment();
  Document line = Document::object();
  line.set("at", outcome.end)
      .set("reason", reason)
      .set("plugin_name", resolved.value("plugin"))
      .set("step_name", resolved.value("step"))
      .set("phase", resolved.value("phase"))
      .set("run_id", execution.run_id())
      .set("execution_id", execution.key().execution_id)
      .set("start_time", execution.key().start_time)
      .set("end_time", outcome.end)
      .set("exit_code", outcome.exit_code())
      .set("wall_clock_seconds", outcome.wall);
  std::string kept;
  try {
    const auto folder = commands::state_folder(environment);
    spool(folder, line);
    kept = "; kept in " + (folder / "unrecorded.jsonl").string();
  } catch (const Error& failure) {
    kept = "; nor could it be kept: " + std::string(failure.what());
  }
  say("this execution was not recorded: " + reason + kept);
}

// Where the records go, or why they cannot.
struct Destination {
  std::optional<JournalPlace> place;
  std::string reason;
};

Destination destination_of(const commands::ParsedCommand& resolved,
                           const commands::Environment& environment) {
  try {
    return {JournalPlace{.database = commands::database_of(resolved, environment),
                         .floor_bytes = static_cast<std::uint64_t>(
                             resolved.byte_count("disk-floor").value_or(64'000'000)),
                         .wait = Seconds{resolved.number("wait").value_or(10)}},
            ""};
  } catch (const Error& failure) {
    return {std::nullopt, failure.what()};
  }
}

class Exec {
 public:
  Exec(commands::ParsedCommand resolved, const commands::Environment& environment)
      : resolved_(std::move(resolved)),
        supervision_(signals_, options_of(resolved_)),
        destination_(destination_of(resolved_, environment)),
        display_(resolved_, environment,
                 destination_.place ? destination_.place->database : std::filesystem::path{}) {}

  int run() {
    const Instant created = read_clocks().utc;
    const Execution execution{plan_of(resolved_), created, random_};
    prepare_environment(execution);
    begin(execution);
    const ClockReading start = read_clocks();
    const Outcome outcome =
        supervision_.run(start, [this](const View& view) { display_.show(view); });
    display_.clear();
    if (outcome.launch_error != 0) report_launch_failure(outcome.launch_error);
    end(execution, outcome);
    // Returns where our own mask or container keeps the signal from ending us.
    if (const auto number = outcome.ending_signal()) SignalPlan::die_by(*number);
    return outcome.exit_code();
  }

 private:
  static SupervisionOptions options_of(const commands::ParsedCommand& resolved) {
    const ExecutionPlan plan = plan_of(resolved);
    return {.words = resolved.rest,
            .main_step = plan.step,
            .main_phase = plan.phase,
            .progress = progress_place(resolved)};
  }

  // A nested exec joins the run and has a progress channel of its own.
  void prepare_environment(const Execution& execution) const {
    setenv("SHELDUCK_RUN", to_string(execution.run_id()).c_str(), 1);
    const int descriptor = supervision_.child_progress_descriptor();
    if (descriptor >= 0) {
      setenv("SHELDUCK_PROGRESS_FD", std::to_string(descriptor).c_str(), 1);
    } else {
      unsetenv("SHELDUCK_PROGRESS_FD");
    }
  }

  void begin(const Execution& execution) {
    const bool required = resolved_.flag("require-record");
    try {
      execution.validate();
    } catch (const Error& failure) {
      if (required) throw unrecordable(ErrorKind::invalid_input, failure.what());
      destination_ = {std::nullopt, failure.what()};
    }
    if (!destination_.place) {
      if (required) throw unrecordable(ErrorKind::io, destination_.reason);
      return;
    }
    recorder_.emplace(*destination_.place);
    if (!required) {
      recorder_->begin(execution.start_records());
      return;
    }
    try {
      recorder_->begin_durably(execution.start_records());
    } catch (const Error& failure) {
      const bool full = failure.kind() == ErrorKind::exhausted;
      throw unrecordable(full ? ErrorKind::exhausted : ErrorKind::io, failure.what());
    }
  }

  static Error unrecordable(ErrorKind kind, const std::string& reason) {
    return Error{kind,
                 "the command was not started, because its start could not be recorded: " + reason,
                 {.field = "--require-record",
                  .rule = "the start record is on the disk before the command starts"}};
  }

  void report_launch_failure(int error_number) const {
    say("cannot run '" + resolved_.rest.front() +
        "': " + std::generic_category().message(error_number));
  }

  void end(const Execution& execution, const Outcome& outcome) {
    std::optional<std::string> trouble = destination_.reason;
    if (recorder_) {
      recorder_->end(execution.end_records(outcome, random_));
      trouble = recorder_->finish(destination_.place->wait);
    }
    if (trouble) report_unrecorded(execution, resolved_, outcome, *trouble);
  }

  commands::ParsedCommand resolved_;
  RandomSource random_ = system_random();
  SignalPlan signals_;
  Supervision supervision_;
  Destination destination_;
  Display display_;
  std::optional<Recorder> recorder_;
};

}  // namespace

int exec_command(commands::ParsedCommand parsed, const commands::SettingSources& sources) {
  commands::Resolution resolution = commands::resolve_leniently(std::move(parsed), sources);
  const bool required = resolution.command.flag("require-record");
  if (required && !resolution.problems.empty()) throw Error{resolution.problems.front()};
  for (const Error& problem : resolution.problems) say(problem.what());
  return Exec{std::move(resolution.command), sources.environment}.run();
}

}  // namespace shelduck::front
