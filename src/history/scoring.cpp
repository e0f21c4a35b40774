#include "shelduck/history/scoring.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "shelduck/history/staging.hpp"

namespace shelduck::history {
namespace {

// What an execution measured per phase and target. Without steps the whole execution is EXECUTE.
// The view `executions` says the same of all of them; here only the steps of those are summed that
// start late enough, which is one of them where one record is applied.
constexpr std::string_view kTruth = R"sql(
WITH candidates AS (
  SELECT e.execution_id, e.run_id, coalesce(a.plugin_name, e.plugin_name) AS plugin_name,
         e.start_time,
         CASE WHEN e.flags & 6 = 0 AND e.end_time >= e.start_time
              THEN (epoch_us(e.end_time) - epoch_us(e.start_time)) / 1e6 END AS passed_seconds
  FROM plugin_executions e LEFT JOIN plugin_aliases a ON a.old_name = e.plugin_name
  WHERE e.plugin_name IS NOT NULL AND e.covered_by IS NULL
    AND e.status = 'success' AND e.flags & 1 = 0
    AND e.start_time >= $1::TIMESTAMPTZ
), measured AS (
  SELECT s.execution_id, s.phase,
         sum(s.wall_clock_seconds) AS wall_clock_seconds,
         sum(coalesce(s.cpu_user_seconds, 0) + coalesce(s.cpu_kernel_seconds, 0))
           FILTER (s.cpu_user_seconds IS NOT NULL OR s.cpu_kernel_seconds IS NOT NULL)
           AS cpu_seconds,
         max(s.memory_peak_bytes)::DOUBLE AS memory_peak_bytes,
         sum(s.download_size_bytes)::DOUBLE AS download_size_bytes
  FROM step_metrics s SEMI JOIN candidates c ON c.execution_id = s.execution_id
  GROUP BY s.execution_id, s.phase
), phased AS (
  SELECT e.execution_id, e.run_id, e.plugin_name, e.start_time,
         coalesce(m.phase, 'EXECUTE') AS phase,
         coalesce(m.wall_clock_seconds, CASE WHEN m.phase IS NULL THEN e.passed_seconds END)
           AS wall_clock_seconds,
         m.cpu_seconds, m.memory_peak_bytes, m.download_size_bytes
  FROM candidates e LEFT JOIN measured m ON m.execution_id = e.execution_id
), truth AS (
  UNPIVOT phased ON wall_clock_seconds, cpu_seconds, memory_peak_bytes, download_size_bytes
  INTO NAME target VALUE actual
)
)sql";

constexpr std::string_view kPluginScores = R"sql(
UPDATE forecasts AS t SET actual = d.actual, scored_at = d.start_time, scored_by = d.execution_id
FROM (
  SELECT f.forecast_id,
         min_by(r.actual, (r.start_time, r.execution_id)) AS actual,
         min(r.start_time) AS start_time,
         min_by(r.execution_id, (r.start_time, r.execution_id)) AS execution_id
  FROM forecasts f
  LEFT JOIN truth r ON r.plugin_name = f.plugin_name AND r.phase = f.phase
                   AND r.target = f.target AND r.start_time > f.issued_at
  WHERE f.plugin_name IS NOT NULL AND (CONCERNED)
  GROUP BY f.forecast_id
) d
WHERE d.forecast_id = t.forecast_id
  AND (d.execution_id IS DISTINCT FROM t.scored_by OR d.actual IS DISTINCT FROM t.actual
       OR d.start_time IS DISTINCT FROM t.scored_at)
)sql";

// A total is scored by a run that holds a truth for each of its plugins. One after the other, a
// total is their sum; memory is that of the largest; under another plan the wall clock is the
// span that they took together.
constexpr std::string_view kTotalScores = R"sql(
, concerned AS (
  SELECT *, string_split(total_of, chr(10)) AS members FROM forecasts
  WHERE plugin_name IS NULL AND total_of IS NOT NULL AND (CONCERNED)
), totals AS (
  SELECT f.forecast_id, r.run_id, min(r.start_time) AS start_time,
         CASE WHEN f.target = 'memory_peak_bytes' THEN max(r.actual)
              WHEN f.target = 'wall_clock_seconds' AND f.plan <> 'sequential'
                THEN max(epoch_us(r.start_time) / 1e6 + r.actual)
                     - min(epoch_us(r.start_time) / 1e6)
              ELSE sum(r.actual) END AS actual
  FROM concerned f
  JOIN truth r ON list_contains(f.members, r.plugin_name) AND r.phase = f.phase
              AND r.target = f.target AND r.start_time > f.issued_at
  GROUP BY f.forecast_id, f.target, f.plan, f.members, r.run_id
  HAVING count(DISTINCT r.plugin_name) = len(f.members)
)
UPDATE forecasts AS t SET actual = d.actual, scored_at = d.start_time, scored_by = d.run_id
FROM (
  SELECT f.forecast_id, min_by(r.actual, (r.start_time, r.run_id)) AS actual,
         min(r.start_time) AS start_time,
         min_by(r.run_id, (r.start_time, r.run_id)) AS run_id
  FROM concerned f LEFT JOIN totals r ON r.forecast_id = f.forecast_id
  GROUP BY f.forecast_id
) d
WHERE d.forecast_id = t.forecast_id
  AND (d.run_id IS DISTINCT FROM t.scored_by OR d.actual IS DISTINCT FROM t.actual
       OR d.start_time IS DISTINCT FROM t.scored_at)
)sql";

// What an execution changes is the score of a forecast made before it that has none, or one that
// does not begin earlier; of a total, than the first execution of its run. $1 is the first truth
// that counts, $2 and $3 are the first and the last change.
constexpr std::string_view kConcerned =
    "issued_at < $3::TIMESTAMPTZ AND (scored_at IS NULL OR scored_at >= $2::TIMESTAMPTZ)";

constexpr Instant kFirstInstant = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
constexpr Instant kLastInstant = std::chrono::sys_days{std::chrono::year{9999} / 12 / 31};

std::string with(std::string sql, std::string_view concerned) {
  static constexpr std::string_view kPlace = "CONCERNED";
  return sql.replace(sql.find(kPlace), kPlace.size(), concerned);
}

struct ConcernedSpan {
  Instant first_truth;
  Instant first;
  Instant last;
};

// A statement about forecasts that may be scored otherwise now.
struct Concern {
  std::string_view kind;
  std::string_view scores;
  ConcernedSpan span;
};

constexpr std::string_view kOfPlugin = "plugin_name IS NOT NULL";
constexpr std::string_view kOfTotal = "plugin_name IS NULL AND total_of IS NOT NULL";

// Of the forecasts that are concerned; none: there is nothing to score again.
std::optional<Instant> first_issued(store::Transaction& transaction, const Concern& concern,
                                    const std::string& condition) {
  const std::string sql = "SELECT min(issued_at) FROM forecasts WHERE " +
                          std::string(concern.kind) + " AND $1::TIMESTAMPTZ IS NOT NULL AND (" +
                          condition + ")";
  const ConcernedSpan& span = concern.span;
  const auto found = transaction.query(sql, {span.first_truth, span.first, span.last});
  return found.first()->get<std::optional<Instant>>(0);
}

constexpr const char* kReturned =
    " RETURNING forecast_id, plugin_name, target, point, actual, scored_at";

std::vector<ForecastScore> read_scores(const store::Result& changed) {
  std::vector<ForecastScore> scores;
  for (const store::Row row : changed) {
    scores.push_back({.forecast_id = ForecastId{row.get<Uuid>(0)},
                      .plugin_name = row.get<std::optional<std::string>>(1),
                      .target = row.get<std::string>(2),
                      .point = row.get<double>(3),
                      .actual = row.get<std::optional<double>>(4),
                      .scored_at = row.get<std::optional<Instant>>(5)});
  }
  return scores;
}

std::vector<ForecastScore> score(store::Transaction& transaction, const Concern& concern,
                                 const std::string& condition) {
  const auto issued = first_issued(transaction, concern, condition);
  if (!issued) return {};
  const std::string sql =
      with(std::string(kTruth) + std::string(concern.scores), condition) + kReturned;
  const ConcernedSpan& span = concern.span;
  return read_scores(
      transaction.query(sql, {std::max(*issued, span.first_truth), span.first, span.last}));
}

std::vector<ForecastScore> joined(std::vector<ForecastScore> scores,
                                  const std::vector<ForecastScore>& more) {
  scores.insert(scores.end(), more.begin(), more.end());
  return scores;
}

bool is_any_forecast(store::Transaction& transaction, std::string_view kind) {
  return transaction.query("SELECT 1 FROM forecasts WHERE " + std::string(kind) + " LIMIT 1")
      .first()
      .has_value();
}

// Of the runs whose executions changed.
std::optional<Instant> first_start_of(store::Transaction& transaction, std::span<const Uuid> runs) {
  if (runs.empty()) return std::nullopt;
  const WantedIds wanted{transaction, runs};
  const auto found = transaction.query("SELECT min(start_time) FROM plugin_executions WHERE " +
                                       wanted.among("run_id"));
  return found.first()->get<std::optional<Instant>>(0);
}

ConcernedSpan span_of(const ScoreChanges& changes, std::optional<Instant> first_start) {
  const Instant first = first_start.value_or(kLastInstant);
  return {std::min(first, changes.first_issued.value_or(kLastInstant)), first,
          changes.last_start.value_or(kFirstInstant)};
}

}  // namespace

std::vector<ForecastScore> derive_scores(store::Transaction& transaction) {
  const std::string condition{kConcerned};
  const ConcernedSpan span{kFirstInstant, kFirstInstant, kLastInstant};
  return joined(score(transaction, {kOfPlugin, kPluginScores, span}, condition),
                score(transaction, {kOfTotal, kTotalScores, span}, condition));
}

std::vector<ForecastScore> derive_scores(store::Transaction& transaction,
                                         const ScoreChanges& changes) {
  if (changes.is_empty()) return {};
  std::vector<ForecastScore> scores;
  const auto condition = [&] {
    std::string concerned{kConcerned};
    if (changes.forecasts.empty()) return concerned;
    const WantedIds wanted{transaction, changes.forecasts};
    return concerned + " OR " + wanted.among("forecast_id");
  };
  if (is_any_forecast(transaction, kOfPlugin)) {
    const Concern concern{kOfPlugin, kPluginScores, span_of(changes, changes.first_start)};
    scores = score(transaction, concern, condition());
  }
  if (!is_any_forecast(transaction, kOfTotal)) return scores;
  auto first = changes.first_start;
  if (const auto of_runs = first_start_of(transaction, changes.runs)) {
    first = std::min(first.value_or(*of_runs), *of_runs);
  }
  return joined(std::move(scores),
                score(transaction, {kOfTotal, kTotalScores, span_of(changes, first)}, condition()));
}

}  // namespace shelduck::history
