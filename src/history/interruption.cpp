#include "shelduck/history/interruption.hpp"

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
constexpr std::string_view kRunning =
    "SELECT 1 FROM runs WHERE status = 'running' AND start_hash IS NOT NULL "
    "AND interrupted_at IS NULL LIMIT 1";

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

constexpr std::string_view kSilentHttpExecutions = R"sql(
SELECT e.execution_id, e.run_id, e.source, e.start_time
FROM plugin_executions e
JOIN open_executions o ON o.execution_id = e.execution_id
LEFT JOIN runs r ON r.run_id = e.run_id
LEFT JOIN (SELECT execution_id, max(coalesce(end_time, start_time)) AS last_sign
           FROM step_metrics t SEMI JOIN open_executions p ON p.execution_id = t.execution_id
           GROUP BY execution_id) s ON s.execution_id = e.execution_id
WHERE e.origin = 'http'
  AND (r.end_hash IS NOT NULL OR greatest(e.start_time, e.created_at, s.last_sign) < $1)
)sql";

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
  if (is_any(connection, kRunning)) {
    for (const store::Row row : connection.query(kSilentRuns, {presence.boot_id, silent_since})) {
      const RunKey key{RunId{row.get<Uuid>(0)}, row.get<std::string>(1), row.get<Instant>(2)};
      records.push_back(store_record(RunInterrupted{.key = key, .at = now}));
    }
  }
  if (is_any(connection, kOpenAnywhere)) {
    for (const store::Row row : connection.query(kSilentHttpExecutions, {silent_since})) {
      records.push_back(store_record(ExecutionInterrupted{.key = execution_key(row), .at = now}));
    }
  }
  return records;
}

}  // namespace shelduck::history
