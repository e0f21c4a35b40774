#include "shelduck/history/coverage.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace shelduck::history {
namespace {

// What a log says of its resolution counts up to a minute and a half, so that nothing covers what
// is farther away than the slack below. `family` is what one command's layers share, `rank` which
// layer describes it best.
constexpr std::string_view kRanked = R"sql(
  SELECT execution_id, source, start_time, coalesce(end_time, start_time) AS end_time,
         least(coalesce(resolution_seconds, 1), 90) AS resolution, covered_by,
         CASE WHEN plugin_name IN ('apt', 'dpkg') THEN 'apt' ELSE 'dnf' END AS family,
         CASE WHEN origin IN ('exec', 'library', 'http') THEN 0
              WHEN origin IN ('apt', 'dnf') THEN 1 ELSE 2 END AS rank
  FROM plugin_executions
  WHERE plugin_name IN ('apt', 'dpkg', 'dnf', 'dnfrpm', 'yum') AND flags & 2 = 0
    AND origin <> 'json'
)sql";

// How far those executions reach that may be covered otherwise now, and with them what covers them.
constexpr std::string_view kReach = R"sql(
  SELECT min(start_time) - INTERVAL 2 MINUTE, max(end_time) + INTERVAL 2 MINUTE
  FROM ranked WHERE end_time >= $1 AND start_time <= $2
)sql";

constexpr std::string_view kUpdate = R"sql(
  UPDATE plugin_executions AS t SET covered_by = d.cover
  FROM (
    SELECT e.execution_id, e.covered_by,
           arg_min(c.execution_id, (c.rank, c.start_time, c.execution_id)) AS cover
    FROM ranked e
    LEFT JOIN ranked c
      ON c.source = e.source AND c.family = e.family AND c.rank < e.rank
     AND e.start_time + (e.end_time - e.start_time) / 2
         BETWEEN c.start_time - to_seconds(greatest(c.resolution, e.resolution))
             AND c.end_time + to_seconds(greatest(c.resolution, e.resolution))
     AND c.end_time >= $3 AND c.start_time <= $4
    WHERE e.end_time >= $1 AND e.start_time <= $2
    GROUP BY e.execution_id, e.covered_by
  ) d
  WHERE d.execution_id = t.execution_id AND d.cover IS DISTINCT FROM d.covered_by
)sql";

bool derive(store::Transaction& transaction, Instant first, Instant last) {
  const std::string ranked = "WITH ranked AS (" + std::string(kRanked) + ") ";
  const auto found = transaction.query(ranked + std::string(kReach), {first, last});
  const store::Row reach = *found.first();
  if (reach.is_null(0)) return false;
  return transaction.execute(ranked + std::string(kUpdate),
                             {first, last, reach.get<Instant>(0), reach.get<Instant>(1)}) > 0;
}

bool is_layered(const ExecutionRow& row) {
  static constexpr std::array<std::string_view, 5> kPlugins{"apt", "dpkg", "dnf", "dnfrpm", "yum"};
  return row.plugin_name &&
         std::find(kPlugins.begin(), kPlugins.end(), *row.plugin_name) != kPlugins.end();
}

}  // namespace

void derive_coverage(store::Transaction& transaction) {
  derive(transaction, std::chrono::sys_days{std::chrono::year{1} / 1 / 1},
         std::chrono::sys_days{std::chrono::year{9999} / 12 / 31});
}

void LayeredSpan::add(const ExecutionRow& row) {
  if (!is_layered(row)) return;
  const Instant end = std::max(row.end_time.value_or(row.start_time), row.start_time);
  first = std::min(first.value_or(row.start_time), row.start_time);
  last = std::max(last.value_or(end), end);
}

bool derive_coverage(store::Transaction& transaction, const LayeredSpan& changed) {
  constexpr auto kSlack = std::chrono::minutes{2};  // more than any resolution
  return changed.first && derive(transaction, *changed.first - kSlack, *changed.last + kSlack);
}

}  // namespace shelduck::history
