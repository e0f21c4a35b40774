#include "shelduck/history/interruption.hpp"

#include <set>

#include "shelduck/history/staging.hpp"
#include "shelduck/history/store_record.hpp"

namespace shelduck::history {
namespace {

ExecutionKey execution_key(const store::Row& row) {
  return {ExecutionId{row.get<Uuid>(0)}, RunId{row.get<Uuid>(1)}, row.get<std::string>(2),
          row.get<Instant>(3)};
}

// Is there anything to judge at all? Mostly not, and the joins below cost a question a tenth of its
// time even then.
constexpr std::string_view kOpenInSegment =
    "SELECT 1 FROM open_executions WHERE segment = ? LIMIT 1";
constexpr std::string_view kOpenAnywhere = "SELECT 1 FROM open_executions LIMIT 1";
// Of silence only those are suspected that began more than a day ago, and of another boot those
// that name it: while something is running here, that is mostly nobody.
constexpr std::string_view kSuspectedRuns = R"sql(
SELECT 1 FROM runs r
WHERE r.status = 'running' AND r.start_hash IS NOT NULL AND r.interrupted_at IS NULL
  AND r.origin IN ('exec', 'library', 'http')
  AND ((r.boot_id <> $1 AND r.origin <> 'http')
       OR greatest(r.start_time, CASE WHEN r.origin = 'http' THEN r.created_at END) < $2)
LIMIT 1
)sql";

bool is_any(store::Connection& connection, std::string_view sql,
            std::initializer_list<store::Parameter> parameters = {}) {
  return connection.query(sql, parameters).first().has_value();
}

// Only what is open is grouped: a long history is asked this at every turn.
//
// Runs that were recorded here; what was imported is a finished story. What came over HTTP may run
// on another machine, so that its boot says nothing here.
constexpr std::string_view kSilentRuns = R"sql(
SELECT r.run_id, r.source, r.start_time
FROM runs r
LEFT JOIN (
  SELECT e.run_id, max(greatest(e.start_time, e.end_time, e.created_at)) AS last_sign,
         count(o.execution_id) AS live
  FROM plugin_executions e
  SEMI JOIN (SELECT run_id FROM runs WHERE status = 'running') n ON n.run_id = e.run_id
  LEFT JOIN open_executions o ON o.execution_id = e.execution_id
  GROUP BY e.run_id
) s ON s.run_id = r.run_id
WHERE r.status = 'running' AND r.start_hash IS NOT NULL AND r.interrupted_at IS NULL
  AND r.origin IN ('exec', 'library', 'http') AND coalesce(s.live, 0) = 0
  AND ((r.boot_id <> $1 AND r.origin <> 'http')
       OR greatest(r.start_time, s.last_sign,
                   CASE WHEN r.origin = 'http' THEN r.created_at END) < $2)
)sql";

// What is open and came over HTTP, with the last sign of life that its own row tells.
constexpr std::string_view kOpenHttpExecutions = R"sql(
SELECT e.execution_id, e.run_id, e.source, e.start_time, greatest(e.start_time, e.created_at)
FROM plugin_executions e
WHERE e.origin = 'http' AND e.execution_id IN (SELECT execution_id FROM open_executions)
)sql";

struct UnendedExecution {
  ExecutionKey key;
  Instant last_sign;
};

std::set<Uuid> ended_runs(store::Connection& connection, const std::vector<Uuid>& runs) {
  std::set<Uuid> ended;
  for (const store::Row row : connection.query(
           "SELECT run_id FROM runs WHERE end_hash IS NOT NULL AND run_id IN " + listed(runs))) {
    ended.insert(row.get<Uuid>(0));
  }
  return ended;
}

// A step that goes on is no silence.
bool has_step_since(store::Connection& connection, const ExecutionId& execution, Instant since) {
  return connection
      .query(
          "SELECT 1 FROM step_metrics WHERE execution_id = ? "
          "AND coalesce(end_time, start_time) >= ? LIMIT 1",
          {execution.uuid, since})
      .first()
      .has_value();
}

// Open executions that came over HTTP and go on no more: their run has ended, or nobody has said
// anything of them for long.
std::vector<ExecutionKey> left_executions(store::Connection& connection, Instant silent_since) {
  std::vector<UnendedExecution> open;
  std::vector<Uuid> runs;
  for (const store::Row row : connection.query(kOpenHttpExecutions)) {
    open.push_back({execution_key(row), row.get<Instant>(4)});
    runs.push_back(open.back().key.run_id.uuid);
  }
  if (open.empty()) return {};
  const std::set<Uuid> ended = ended_runs(connection, runs);
  std::vector<ExecutionKey> left;
  for (const UnendedExecution& one : open) {
    const bool is_silent = one.last_sign < silent_since &&
                           !has_step_since(connection, one.key.execution_id, silent_since);
    if (is_silent || ended.contains(one.key.run_id.uuid)) left.push_back(one.key);
  }
  return left;
}

}  // namespace

std::vector<store::Record> interrupted_executions(store::Connection& connection,
                                                  const Uuid& segment, Instant now) {
  std::vector<store::Record> records;
  if (!is_any(connection, kOpenInSegment, {segment})) return records;
  const auto open = connection.query(
      "SELECT e.execution_id, e.run_id, e.source, e.start_time FROM open_executions o "
      "JOIN plugin_executions e ON e.execution_id = o.execution_id "
      "WHERE o.segment = ? AND e.origin <> 'http'",
      {segment});
  for (const store::Row row : open) {
    records.push_back(store_record(ExecutionInterrupted{.key = execution_key(row), .at = now}));
  }
  return records;
}

std::vector<store::Record> interrupted_runs(store::Connection& connection,
                                            const Presence& presence) {
  const Instant now = presence.clock();
  const Instant silent_since = now - std::chrono::hours{24};
  std::vector<store::Record> records;
  if (is_any(connection, kSuspectedRuns, {presence.boot_id, silent_since})) {
    for (const store::Row row : connection.query(kSilentRuns, {presence.boot_id, silent_since})) {
      const RunKey key{RunId{row.get<Uuid>(0)}, row.get<std::string>(1), row.get<Instant>(2)};
      records.push_back(store_record(RunInterrupted{.key = key, .at = now}));
    }
  }
  if (is_any(connection, kOpenAnywhere)) {
    for (const ExecutionKey& key : left_executions(connection, silent_since)) {
      records.push_back(store_record(ExecutionInterrupted{.key = key, .at = now}));
    }
  }
  return records;
}

}  // namespace shelduck::history
