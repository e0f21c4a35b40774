#include "shelduck/front/run_command.hpp"

#include <array>

#include "shelduck/commands/folders.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/front/execution.hpp"
#include "shelduck/front/journal_entry.hpp"
#include "shelduck/front/machine.hpp"
#include "shelduck/front/output.hpp"
#include "shelduck/front/stopwatch.hpp"

namespace shelduck::front {
namespace {

JournalPlace place_of(const commands::ParsedCommand& resolved,
                      const commands::Environment& environment) {
  return {.database = commands::database_of(resolved, environment),
          .floor_bytes =
              static_cast<std::uint64_t>(resolved.byte_count("disk-floor").value_or(64'000'000)),
          .wait = Seconds{resolved.number("wait").value_or(10)}};
}

void print_run(const commands::ParsedCommand& resolved, const Document& run) {
  switch (commands::output_format(resolved)) {
    case commands::OutputFormat::json:
    case commands::OutputFormat::ndjson:
      print(to_json(run) + "\n");
      return;
    case commands::OutputFormat::csv: {
      std::string names;
      std::string values;
      for (const auto& [name, value] : *run.members()) {
        names += (names.empty() ? "" : ",") + name;
        values += (values.empty() ? "" : ",") + to_csv_field(value);
      }
      print(names + "\r\n" + values + "\r\n");
      return;
    }
    case commands::OutputFormat::table:
      print(*run.find("run_id")->text() + "\n");
      return;
  }
}

Document run_document(const history::RunId& id) {
  Document run = Document::object();
  run.set("run_id", id);
  return run;
}

history::RunId named_run(const commands::ParsedCommand& resolved) {
  const auto id = parse_uuid(resolved.value("run").value_or(""));
  if (id) return history::RunId{*id};
  throw Error{ErrorKind::not_found,
              "there is no current run: SHELDUCK_RUN is not set",
              {.field = "SHELDUCK_RUN",
               .rule = "the id of a run",
               .hint = "begin one: export SHELDUCK_RUN=$(shelduck run start)"}};
}

void start(const commands::ParsedCommand& resolved, const commands::Environment& environment) {
  const Instant now = read_clocks().utc;
  const history::RunId id{new_uuid(now, system_random())};
  const std::array records{history::to_journal(run_started(id, now))};
  record_durably(place_of(resolved, environment), records);
  print_run(resolved, run_document(id));
}

// The end of a run is a fact that stands alone until its start is known: nothing is asked here, so
// that ending needs no database. An id that was typed may be mistyped.
void note_unasked(const commands::ParsedCommand& resolved, const history::RunId& id) {
  const auto typed = resolved.options.find("run");
  const bool is_typed = typed != resolved.options.end() && typed->second.origin == "flag";
  if (!is_typed || resolved.flag("quiet")) return;
  complain(
      "shelduck: the end is recorded; whether that run was started is not looked up here: "
      "`shelduck history show " +
      to_string(id) + "` tells\n");
}

void end(const commands::ParsedCommand& resolved, const commands::Environment& environment) {
  const history::RunId id = named_run(resolved);
  const Instant now = read_clocks().utc;
  const auto status = history::parse_status(resolved.value("status").value_or("success"))
                          .value_or(history::Status::success);
  const history::RunKey key{id, host_name(), start_time_of(id).value_or(now)};
  const std::array records{
      history::to_journal(history::RunEnded{key, std::max(key.start_time, now), status})};
  record_durably(place_of(resolved, environment), records);
  note_unasked(resolved, id);
  if (commands::output_format(resolved) == commands::OutputFormat::table) return;
  Document run = run_document(id);
  run.set("status", to_string(status)).set("end_time", now);
  print_run(resolved, run);
}

}  // namespace

void run_command(const commands::ParsedCommand& resolved,
                 const commands::Environment& environment) {
  const std::string_view path = resolved.command->path;
  if (path == "run start") start(resolved, environment);
  if (path == "run current") print_run(resolved, run_document(named_run(resolved)));
  if (path == "run end") end(resolved, environment);
}

}  // namespace shelduck::front
