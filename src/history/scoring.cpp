#include "shelduck/history/scoring.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "shelduck/history/staging.hpp"

namespace shelduck::history {
namespace {

// What an execution measured per phase and target. Without steps the whole execution is EXECUTE.
constexpr std::string_view kTruth = R"sql(
WITH measured AS (
  SELECT execution_id, phase, min(start_time) AS start_time,
         sum(wall_clock_seconds) AS wall_clock_seconds,
         sum(coalesce(cpu_user_seconds, 0) + coalesce(cpu_kernel_seconds, 0))
           FILTER (cpu_user_seconds IS NOT NULL OR cpu_kernel_seconds IS NOT NULL) AS cpu_seconds,
         max(memory_peak_bytes)::DOUBLE AS memory_peak_bytes,
         sum(download_size_bytes)::DOUBLE AS download_size_bytes
  FROM step_metrics GROUP BY execution_id, phase
), phased AS (
  SELECT e.execution_id, e.run_id, e.plugin_name, e.start_time,
         coalesce(m.phase, 'EXECUTE') AS phase,
         coalesce(m.wall_clock_seconds, CASE WHEN m.phase IS NULL THEN e.wall_clock_seconds END)
           AS wall_clock_seconds,
         m.cpu_seconds, m.memory_peak_bytes, m.download_size_bytes
  FROM executions e LEFT JOIN measured m ON m.execution_id = e.execution_id
  WHERE e.status = 'success' AND e.flags & 1 = 0
    AND e.start_time >= $1::TIMESTAMPTZ
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

// What a plugin's execution changes is the score of a forecast made before it that has none, or one
// that does not begin earlier. $1 is the first truth that counts, $2 and $3 are the first and the
// last change.
constexpr std::string_view kPluginConcerned =
    "issued_at < $3::TIMESTAMPTZ AND (scored_at IS NULL OR scored_at >= $2::TIMESTAMPTZ) "
    "OR forecast_id IN (SELECT id FROM staged_ids)";
// A run may have begun long before the execution that completes it.
constexpr std::string_view kTotalConcerned =
    "issued_at < $3::TIMESTAMPTZ AND $2::TIMESTAMPTZ IS NOT NULL "
    "OR forecast_id IN (SELECT id FROM staged_ids)";

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

// Of the forecasts that are concerned; none: there is nothing to score again.
std::optional<Instant> first_issued(store::Transaction& transaction, std::string_view kind,
                                    std::string_view concerned, const ConcernedSpan& span) {
  const std::string sql = "SELECT min(issued_at) FROM forecasts WHERE " + std::string(kind) +
                          " AND $1::TIMESTAMPTZ IS NOT NULL AND (" + std::string(concerned) + ")";
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

std::vector<ForecastScore> score(store::Transaction& transaction, const ConcernedSpan& span) {
  const std::string truth{kTruth};
  std::vector<ForecastScore> scores;
  if (const auto issued =
          first_issued(transaction, "plugin_name IS NOT NULL", kPluginConcerned, span)) {
    const std::string sql = with(truth + std::string(kPluginScores), kPluginConcerned) + kReturned;
    scores = read_scores(
        transaction.query(sql, {std::max(*issued, span.first_truth), span.first, span.last}));
  }
  if (const auto issued = first_issued(transaction, "plugin_name IS NULL AND total_of IS NOT NULL",
                                       kTotalConcerned, span)) {
    const std::string sql = with(truth + std::string(kTotalScores), kTotalConcerned) + kReturned;
    std::vector<ForecastScore> totals =
        read_scores(transaction.query(sql, {*issued, span.first, span.last}));
    scores.insert(scores.end(), std::move_iterator{totals.begin()},
                  std::move_iterator{totals.end()});
  }
  return scores;
}

bool is_any_forecast(store::Transaction& transaction) {
  return transaction.query("SELECT 1 FROM forecasts LIMIT 1").first().has_value();
}

}  // namespace

std::vector<ForecastScore> derive_scores(store::Transaction& transaction) {
  if (!is_any_forecast(transaction)) return {};
  return score(transaction, {kFirstInstant, kFirstInstant, kLastInstant});
}

std::vector<ForecastScore> derive_scores(store::Transaction& transaction,
                                         const ScoreChanges& changes) {
  if (!is_any_forecast(transaction)) return {};
  const StagedIds staged{transaction, changes.forecasts};
  return score(transaction, {std::min(changes.first_start.value_or(kLastInstant),
                                      changes.first_issued.value_or(kLastInstant)),
                             changes.first_start.value_or(kLastInstant),
                             changes.last_start.value_or(kFirstInstant)});
}

}  // namespace shelduck::history
