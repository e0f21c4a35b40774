#include "shelduck/history/training.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

// Steps are summed below and not here: the engine takes twice the time to group by id and phase,
// join and sort as to hand over the joined steps.
constexpr std::string_view kSteps = R"sql(
SELECT e.execution_id, e.run_id, coalesce(a.plugin_name, e.plugin_name) AS name, e.start_time,
       coalesce(e.packages_planned,
                CASE WHEN e.origin NOT IN ('exec', 'library', 'http') THEN e.packages_total END),
       s.phase, coalesce(s.start_time, e.start_time),
       CASE WHEN s.execution_id IS NOT NULL THEN s.wall_clock_seconds
            WHEN e.flags & 6 = 0 AND e.end_time >= e.start_time
            THEN (epoch_us(e.end_time) - epoch_us(e.start_time)) / 1e6 END,
       s.cpu_user_seconds, s.cpu_kernel_seconds, s.memory_peak_bytes, s.download_size_bytes
FROM plugin_executions e
LEFT JOIN plugin_aliases a ON a.old_name = e.plugin_name
LEFT JOIN step_metrics s ON s.execution_id = e.execution_id
WHERE e.status = 'success' AND e.flags & 1 = 0 AND e.covered_by IS NULL
  AND e.plugin_name IS NOT NULL
  AND ($1::TIMESTAMPTZ IS NULL OR coalesce(e.end_time, e.start_time) <= $1)
  AND ($2::VARCHAR IS NULL OR list_contains(string_split($2, chr(10)), name))
  AND ($3::VARCHAR IS NULL OR coalesce(s.phase, 'EXECUTE') = $3)
)sql";

constexpr std::string_view kEstimates = R"sql(
SELECT execution_id, phase, created_at, package_count_est, download_bytes_est
FROM estimates
WHERE ($1::TIMESTAMPTZ IS NULL OR created_at <= $1)
  AND (package_count_est IS NOT NULL OR download_bytes_est IS NOT NULL)
  AND ($2::VARCHAR IS NULL OR execution_id IN (
    SELECT e.execution_id
    FROM plugin_executions e LEFT JOIN plugin_aliases a ON a.old_name = e.plugin_name
    WHERE list_contains(string_split($2, chr(10)), coalesce(a.plugin_name, e.plugin_name))))
ORDER BY created_at, estimate_id
)sql";

// What an estimate said, and whether it spoke of the very phase.
struct Claim {
  std::optional<std::int64_t> value;
  bool is_of_phase = false;

  // Claims come in the order in which they were made.
  void take(const std::optional<std::int64_t>& newer, bool of_phase) {
    if (!newer || (is_of_phase && !of_phase)) return;
    value = newer;
    is_of_phase = of_phase;
  }
};

struct Draft {
  TrainingRow row;
  Instant phase_start;
  Claim packages;
  Claim download_bytes;
};

// The drafts of one execution, by phase: a place among all drafts, or none.
using Places = std::array<std::size_t, kPhaseNames.size()>;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr Places kNoPlaces{kNone, kNone, kNone};

class Drafts {
 public:
  void add_step(const store::Row& row) {
    const auto phase = row.is_null(5) ? Phase::execute : phase_of(row, 5);
    Draft& draft = draft_of(row, phase);
    const auto start = row.get<Instant>(6);
    draft.phase_start = std::min(draft.phase_start, start);
    TrainingRow& sums = draft.row;
    add(sums.wall_clock_seconds, row.get<std::optional<double>>(7));
    add(sums.cpu_seconds, row.get<std::optional<double>>(8));
    add(sums.cpu_seconds, row.get<std::optional<double>>(9));
    sums.memory_peak_bytes =
        std::max(sums.memory_peak_bytes, row.get<std::optional<std::int64_t>>(10));
    add(sums.download_size_bytes, row.get<std::optional<std::int64_t>>(11));
  }

  void add_estimate(const store::Row& row) {
    const auto found = places_.find(row.get<Uuid>(0));
    if (found == places_.end()) return;
    const Phase phase = phase_of(row, 1);
    const auto made = row.get<Instant>(2);
    const auto packages = row.get<std::optional<std::int64_t>>(3);
    const auto bytes = row.get<std::optional<std::int64_t>>(4);
    for (const std::size_t place : found->second) {
      if (place == kNone || made > drafts_[place].phase_start) continue;
      Draft& draft = drafts_[place];
      draft.packages.take(packages, draft.row.phase == phase);
      draft.download_bytes.take(bytes, draft.row.phase == phase);
    }
  }

  [[nodiscard]] std::vector<TrainingRow> take() {
    std::vector<TrainingRow> rows;
    rows.reserve(drafts_.size());
    for (const auto& [name, places] : places_of_plugins()) {
      for (const std::size_t place : places) {
        Draft& draft = drafts_[place];
        if (draft.packages.value) draft.row.packages = draft.packages.value;
        draft.row.download_bytes_known = draft.download_bytes.value;
        rows.push_back(std::move(draft.row));
      }
    }
    return rows;
  }

 private:
  // By plugin and then in order: thousands of drafts share few names, which need not be compared
  // for each.
  [[nodiscard]] std::map<std::string, std::vector<std::size_t>> places_of_plugins() const {
    std::map<std::string, std::vector<std::size_t>> plugins;
    for (std::size_t i = 0; i < drafts_.size(); ++i)
      plugins[drafts_[i].row.plugin_name].push_back(i);
    const auto key = [this](std::size_t place) {
      const TrainingRow& row = drafts_[place].row;
      return std::tie(row.start_time, row.execution_id, row.phase);
    };
    for (auto& [name, places] : plugins) {
      std::sort(places.begin(), places.end(),
                [&](std::size_t left, std::size_t right) { return key(left) < key(right); });
    }
    return plugins;
  }

  static Phase phase_of(const store::Row& row, std::size_t column) {
    return parse_phase(row.get<std::string_view>(column)).value_or(Phase::execute);
  }

  template <class Number>
  static void add(std::optional<Number>& sum, const std::optional<Number>& value) {
    if (value) sum = sum.value_or(0) + *value;
  }

  Draft& draft_of(const store::Row& row, Phase phase) {
    const auto id = row.get<Uuid>(0);
    std::size_t& place =
        places_.try_emplace(id, kNoPlaces).first->second[static_cast<std::size_t>(phase)];
    if (place != kNone) return drafts_[place];
    place = drafts_.size();
    return drafts_.emplace_back(Draft{.row = {.execution_id = ExecutionId{id},
                                              .run_id = RunId{row.get<Uuid>(1)},
                                              .plugin_name = row.get<std::string>(2),
                                              .phase = phase,
                                              .start_time = row.get<Instant>(3),
                                              .packages = row.get<std::optional<std::int64_t>>(4)},
                                      .phase_start = row.get<Instant>(6),
                                      .packages = {},
                                      .download_bytes = {}});
  }

  std::vector<Draft> drafts_;
  std::unordered_map<Uuid, Places, UuidHash> places_;
};

// Names hold no line feeds; without names everything is asked for.
std::optional<std::string> in_lines(const std::vector<std::string>& names) {
  if (names.empty()) return std::nullopt;
  std::string lines;
  for (const std::string& name : names) lines += (lines.empty() ? "" : "\n") + name;
  return lines;
}

}  // namespace

std::vector<TrainingRow> training_rows(store::Connection& connection,
                                       const TrainingOptions& options) {
  Drafts drafts;
  const auto plugins = in_lines(options.plugins);
  const auto phase = options.phase ? std::optional{std::string(to_string(*options.phase))}
                                   : std::optional<std::string>{};
  for (const store::Row row : connection.query(kSteps, {options.until, plugins, phase})) {
    drafts.add_step(row);
  }
  for (const store::Row row : connection.query(kEstimates, {options.until, plugins})) {
    drafts.add_estimate(row);
  }
  return drafts.take();
}

}  // namespace shelduck::history
