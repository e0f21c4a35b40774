#include "shelduck/interop/program_run.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "shelduck/interop/json_fields.hpp"

namespace shelduck::interop {
namespace {

using history::Status;

// A status as the other program writes it.
struct ReadStatus {
  Status status = Status::pending;
  std::optional<std::string> raw;  // where the word is another than ours
  bool is_final = false;
};

ReadStatus read_status(const std::optional<std::string>& word) {
  static constexpr std::array<std::pair<std::string_view, Status>, 3> kOtherWords{
      {{"succeeded", Status::success}, {"completed", Status::success}, {"error", Status::failed}}};
  if (!word) return {};
  if (const auto status = history::parse_status(*word)) {
    return {*status, std::nullopt, *status != Status::pending && *status != Status::running};
  }
  const auto other = std::find_if(kOtherWords.begin(), kOtherWords.end(),
                                  [&](const auto& known) { return known.first == *word; });
  if (other != kOtherWords.end()) return {other->second, word, true};
  return {Status::pending, word, true};
}

class ProgramRunReader {
 public:
  ProgramRunReader(const nlohmann::json& element, const ProgramRunOptions& options)
      : fields_(element, ""), options_(options) {}

  ProgramRun read() {
    const nlohmann::json& plugins = fields_.list("plugins");
    std::vector<JsonFields> all;
    for (std::size_t i = 0; i < plugins.size(); ++i) {
      all.emplace_back(plugins[i], fields_.place_of("plugins", i));
    }
    read_start(all);
    for (const JsonFields& plugin : all) made_.run.executions.push_back(read_plugin(plugin));
    read_end();
    const history::RunStarted& start = made_.run.start;
    made_.identity = start.source_id.value_or("") + "\n" + to_string(start.key.start_time);
    return std::move(made_);
  }

 private:
  // Naive times by the zone; the run remembers the offset of the first one.
  std::optional<Instant> time(const JsonFields& fields, std::string_view name) {
    const auto text = fields.text(name);
    if (!text) return std::nullopt;
    const auto parsed = parse_instant(*text);
    if (!parsed) fields.refuse(name, "the text is no ISO 8601 time");
    if (parsed->has_offset) return parsed->instant;
    made_.assumed_zone = true;
    const logs::ZonedTime zoned = options_.zone.resolve(parsed->instant, std::nullopt);
    if (!made_.run.start.utc_offset_minutes) {
      made_.run.start.utc_offset_minutes = zoned.utc_offset_minutes;
    }
    return zoned.instant;
  }

  std::optional<Instant> end_after(const JsonFields& fields, Instant start) {
    const auto end = time(fields, "end_time");
    if (end && *end < start) {
      fields.refuse("end_time", "an end is not before its start, " + to_string(start));
    }
    return end;
  }

  void read_start(const std::vector<JsonFields>& plugins) {
    history::RunStarted& start = made_.run.start;
    std::optional<Instant> at = time(fields_, "start_time");
    if (!at) {
      for (const JsonFields& plugin : plugins) {
        const auto begun = time(plugin, "start_time");
        if (begun) at = std::min(at.value_or(*begun), *begun);
      }
    }
    if (!at) fields_.refuse("start_time", "a run needs a start, its own or that of a plugin");
    start.key = {{}, options_.source, *at};
    start.origin = history::Origin::json;
    if (fields_.has("id")) start.source_id = fields_.word("id");
    start.hostname = fields_.text("hostname");
    if (!start.hostname) start.hostname = options_.hostname;
    start.username = fields_.text("username");
    start.config_hash = fields_.text("config_hash");
    start.created_at = *at;
  }

  ImportedExecution read_plugin(const JsonFields& plugin) {
    const auto name = plugin.text("name");
    if (!name || name->empty()) plugin.refuse("name", "a plugin needs a name");
    const auto begun = time(plugin, "start_time");
    const Instant start = begun.value_or(made_.run.start.key.start_time);
    ImportedExecution execution;
    execution.start = {.key = {{}, {}, options_.source, start},
                       .origin = history::Origin::json,
                       .plugin_name = *name,
                       .flags = begun ? 0 : history::kStartUnknown,
                       .created_at = start};
    if (start < Instant{std::chrono::sys_days{std::chrono::year{2001} / 1 / 1}}) {
      execution.start.flags |= history::kFalseClock;
    }
    read_outcome(plugin, execution);
    return execution;
  }

  void read_outcome(const JsonFields& plugin, ImportedExecution& execution) {
    const Instant start = execution.start.key.start_time;
    const ReadStatus status = read_status(plugin.text("status"));
    const history::ExecutionEnded end{.key = execution.start.key,
                                      .end_time = end_after(plugin, start),
                                      .status = status.status,
                                      .status_raw = status.raw,
                                      .exit_code = plugin.integer("exit_code"),
                                      .packages_updated = plugin.amount("packages_updated"),
                                      .packages_total = plugin.amount("packages_total"),
                                      .error_message = plugin.text("error_message")};
    if (!end.end_time && !status.is_final) {
      execution.interrupted_at = start;
      return;
    }
    execution.end = end;
    if (!status.is_final) {  // it ended, whatever the word says
      execution.end->status = Status::pending;
      execution.end->status_raw = plugin.text("status");
    }
  }

  void read_end() {
    const Instant start = made_.run.start.key.start_time;
    const auto end = end_after(fields_, start);
    const ReadStatus status = read_status(fields_.text("status"));
    if (!end) return;  // it ends with its plugins
    const Status own = status.is_final ? status.status : status_of(made_.run.executions);
    made_.run.end = history::RunEnded{.key = made_.run.start.key, .end_time = *end, .status = own};
  }

  static Status status_of(const std::vector<ImportedExecution>& executions) {
    const bool is_well =
        std::all_of(executions.begin(), executions.end(), [](const ImportedExecution& e) {
          return e.end && (e.end->status == Status::success || e.end->status == Status::skipped);
        });
    return is_well ? Status::success : Status::failed;
  }

  JsonFields fields_;
  const ProgramRunOptions& options_;
  ProgramRun made_;
};

}  // namespace

ProgramRun program_run(const nlohmann::json& element, const ProgramRunOptions& options) {
  return ProgramRunReader{element, options}.read();
}

void give_ids(ProgramRun& program_run, std::size_t ordinal) {
  ImportedRun& run = program_run.run;
  history::RunKey& key = run.start.key;
  key.run_id = history::RunId{derived_uuid("json\n" + key.source + "\n" + program_run.identity +
                                           "\n" + std::to_string(ordinal))};
  if (run.end) run.end->key = key;
  std::map<std::string, int> seen;
  for (ImportedExecution& execution : run.executions) {
    const std::string& name = execution.start.plugin_name;
    history::ExecutionKey& own = execution.start.key;
    own.run_id = key.run_id;
    execution.start.attempt = ++seen[name];
    own.execution_id = history::ExecutionId{derived_uuid(
        to_string(key.run_id) + "\n" + name + "\n" + std::to_string(execution.start.attempt))};
    if (execution.end) execution.end->key = own;
  }
}

}  // namespace shelduck::interop
