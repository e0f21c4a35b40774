#include "shelduck/history/runs_query.hpp"

#include "shelduck/core/error.hpp"
#include "shelduck/history/runs_cursor.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

constexpr std::string_view kRunsSql = R"sql(
SELECT run_id, source_id, start_time, end_time, hostname, username, status, executions
FROM run_summary
WHERE ($1::TIMESTAMPTZ IS NULL OR start_time >= $1)
  AND ($2::TIMESTAMPTZ IS NULL OR start_time < $2 OR (start_time = $2 AND run_id < $3))
ORDER BY start_time DESC, run_id DESC
LIMIT $4
)sql";

RunSummary read_run(const store::Row& row) {
  RunSummary run{.run_id = RunId{row.get<Uuid>(0)},
                 .source_id = row.get<std::optional<std::string>>(1),
                 .start_time = row.get<Instant>(2),
                 .end_time = row.get<std::optional<Instant>>(3),
                 .hostname = row.get<std::optional<std::string>>(4),
                 .username = row.get<std::optional<std::string>>(5),
                 .status = parse_status(row.get<std::string_view>(6)).value_or(Status::pending),
                 .executions = row.get<std::int64_t>(7)};
  if (run.end_time && *run.end_time >= run.start_time) {
    run.wall_clock_seconds = Seconds{*run.end_time - run.start_time}.count();
  }
  return run;
}

}  // namespace

Runs ask(store::Connection& connection, const RunsOptions& options) {
  if (options.limit < 1) {
    throw Error{ErrorKind::invalid_input,
                "a page cannot have " + std::to_string(options.limit) + " runs",
                {.field = "limit", .value = std::to_string(options.limit), .rule = "1 or more"}};
  }
  std::optional<Instant> before;
  std::optional<Uuid> before_id;
  if (options.cursor) {
    const RunsCursor cursor = parse_runs_cursor(*options.cursor);
    before = cursor.start_time;
    before_id = cursor.run_id;
  }
  Runs page;
  const auto limit = static_cast<std::size_t>(options.limit);
  for (const store::Row row :
       connection.query(kRunsSql, {options.since, before, before_id, options.limit + 1LL})) {
    if (page.runs.size() == limit) {
      page.next = to_string(RunsCursor{page.runs.back().start_time, page.runs.back().run_id.uuid});
      break;
    }
    page.runs.push_back(read_run(row));
  }
  return page;
}

Document document(const Runs& runs) {
  Document list = Document::array();
  for (const RunSummary& run : runs.runs) {
    Document one = Document::object();
    one.set("run_id", run.run_id).set("source_id", run.source_id);
    one.set("start_time", run.start_time).set("end_time", run.end_time);
    one.set("hostname", run.hostname).set("username", run.username);
    one.set("status", to_string(run.status)).set("executions", run.executions);
    one.set("wall_clock_seconds", run.wall_clock_seconds);
    list.add(std::move(one));
  }
  return Document::object().set("runs", std::move(list)).set("next", runs.next);
}

}  // namespace shelduck::history
