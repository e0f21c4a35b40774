#include "shelduck/history/training.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <deque>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "shelduck/history/known_plugin.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

// Executions, steps and estimates are read one table after another and brought together below: the
// engine takes five times as long to join them.
constexpr std::string_view kExecutions = R"sql(
SELECT e.execution_id, e.run_id, coalesce(a.plugin_name, e.plugin_name) AS name, e.start_time,
       coalesce(e.packages_planned,
                CASE WHEN e.origin NOT IN ('exec', 'library', 'http') THEN e.packages_total END),
       CASE WHEN e.flags & 6 = 0 AND e.end_time >= e.start_time
            THEN (epoch_us(e.end_time) - epoch_us(e.start_time)) / 1e6 END
FROM plugin_executions e
LEFT JOIN plugin_aliases a ON a.old_name = e.plugin_name
WHERE e.status = 'success' AND e.flags & 1 = 0 AND e.covered_by IS NULL
  AND e.plugin_name IS NOT NULL
  AND ($1::TIMESTAMPTZ IS NULL OR coalesce(e.end_time, e.start_time) <= $1)
  AND ($2::VARCHAR IS NULL OR list_contains(string_split($2, chr(10)), name))
)sql";

constexpr std::string_view kSteps = R"sql(
SELECT execution_id, phase, start_time, wall_clock_seconds, cpu_user_seconds, cpu_kernel_seconds,
       memory_peak_bytes, download_size_bytes
FROM step_metrics
)sql";

constexpr std::string_view kEstimates = R"sql(
SELECT execution_id, phase, created_at, package_count_est, download_bytes_est
FROM estimates
WHERE ($1::TIMESTAMPTZ IS NULL OR created_at <= $1)
  AND (package_count_est IS NOT NULL OR download_bytes_est IS NOT NULL)
)sql";

// What the newest estimate said; one that spoke of the very phase comes before the others, and of
// two that were made in one moment the greater.
struct Claim {
  bool is_of_phase = false;
  Instant made;
  std::optional<std::int64_t> value;

  auto operator<=>(const Claim&) const = default;

  void take(const Claim& other) {
    if (other.value && (!value || *this < other)) *this = other;
  }
};

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// What every phase of an execution has in common, and where its drafts stand among all of them.
struct Execution {
  ExecutionId id;
  RunId run_id;
  std::size_t plugin = 0;  // its place among the names
  Instant start_time;
  std::optional<std::int64_t> packages;
  std::optional<double> wall_clock_seconds;  // counts where it has no steps
  bool has_steps = false;
  std::array<std::size_t, kPhaseNames.size()> drafts{kNone, kNone, kNone};
};

// Executions by id. Tables of their parts are mostly in the order of the executions, so the one
// that was found last and the one behind it are tried first; an index is made where that fails.
class Executions {
 public:
  void add(const Execution& execution) { all_.push_back(execution); }

  [[nodiscard]] Execution* find(const Uuid& id) {
    for (std::size_t place = last_; place < std::min(last_ + 2, all_.size()); ++place) {
      if (all_[place].id.uuid == id) return at(place);
    }
    if (places_.empty()) make_index();
    const auto found = places_.find(id);
    return found == places_.end() ? nullptr : at(found->second);
  }

  [[nodiscard]] std::deque<Execution>& all() { return all_; }

 private:
  Execution* at(std::size_t place) {
    last_ = place;
    return &all_[place];
  }

  void make_index() {
    places_.reserve(all_.size());
    for (std::size_t i = 0; i < all_.size(); ++i) places_.try_emplace(all_[i].id.uuid, i);
  }

  std::deque<Execution> all_;
  std::unordered_map<Uuid, std::size_t, UuidHash> places_;
  std::size_t last_ = 0;
};

// One execution and phase.
struct Draft {
  const Execution* execution;
  Phase phase;
  Instant phase_start;
  std::optional<double> wall_clock_seconds{};
  std::optional<double> cpu_seconds{};
  std::optional<std::int64_t> memory_peak_bytes{};
  std::optional<std::int64_t> download_size_bytes{};
  Claim packages{};
  Claim download_bytes{};
};

TrainingRow row_of(const Draft& draft, const std::string& plugin_name) {
  const Execution& execution = *draft.execution;
  return {
      .execution_id = execution.id,
      .run_id = execution.run_id,
      .plugin_name = plugin_name,
      .phase = draft.phase,
      .start_time = execution.start_time,
      .wall_clock_seconds = draft.wall_clock_seconds,
      .cpu_seconds = draft.cpu_seconds,
      .memory_peak_bytes = draft.memory_peak_bytes,
      .download_size_bytes = draft.download_size_bytes,
      .packages = draft.packages.value ? draft.packages.value : execution.packages,
      .download_bytes_known = draft.download_bytes.value,
  };
}

class Drafts {
 public:
  explicit Drafts(std::optional<Phase> only) : only_(only) {}

  void add_execution(const store::Row& row) {
    const auto name = row.get<std::string_view>(2);
    auto plugin = plugins_.find(name);
    if (plugin == plugins_.end()) plugin = plugins_.emplace(name, plugins_.size()).first;
    executions_.add({.id = ExecutionId{row.get<Uuid>(0)},
                     .run_id = RunId{row.get<Uuid>(1)},
                     .plugin = plugin->second,
                     .start_time = row.get<Instant>(3),
                     .packages = row.get<std::optional<std::int64_t>>(4),
                     .wall_clock_seconds = row.get<std::optional<double>>(5)});
  }

  void add_step(const store::Row& row) {
    Execution* const execution = executions_.find(row.get<Uuid>(0));
    if (execution == nullptr) return;
    execution->has_steps = true;
    const Phase phase = phase_of(row, 1);
    if (!is_asked_for(phase)) return;
    const auto start = row.get<Instant>(2);
    Draft& draft = draft_of(*execution, phase, start);
    draft.phase_start = std::min(draft.phase_start, start);
    add(draft.wall_clock_seconds, row.get<std::optional<double>>(3));
    add(draft.cpu_seconds, row.get<std::optional<double>>(4));
    add(draft.cpu_seconds, row.get<std::optional<double>>(5));
    draft.memory_peak_bytes =
        std::max(draft.memory_peak_bytes, row.get<std::optional<std::int64_t>>(6));
    add(draft.download_size_bytes, row.get<std::optional<std::int64_t>>(7));
  }

  // After the last step.
  void add_those_without_steps() {
    if (!is_asked_for(Phase::execute)) return;
    for (Execution& execution : executions_.all()) {
      if (execution.has_steps) continue;
      draft_of(execution, Phase::execute, execution.start_time).wall_clock_seconds =
          execution.wall_clock_seconds;
    }
  }

  // After them.
  void add_estimate(const store::Row& row) {
    const Execution* const execution = executions_.find(row.get<Uuid>(0));
    if (execution == nullptr) return;
    const Phase phase = phase_of(row, 1);
    const auto made = row.get<Instant>(2);
    for (const std::size_t place : execution->drafts) {
      if (place == kNone || made > drafts_[place].phase_start) continue;
      Draft& draft = drafts_[place];
      const bool is_of_phase = draft.phase == phase;
      draft.packages.take({is_of_phase, made, row.get<std::optional<std::int64_t>>(3)});
      draft.download_bytes.take({is_of_phase, made, row.get<std::optional<std::int64_t>>(4)});
    }
  }

  [[nodiscard]] std::vector<TrainingRow> rows() const {
    std::vector<std::vector<const Draft*>> by_plugin(plugins_.size());
    for (const Draft& draft : drafts_) by_plugin[draft.execution->plugin].push_back(&draft);
    std::vector<TrainingRow> rows;
    rows.reserve(drafts_.size());
    for (const auto& [name, place] : plugins_) {
      std::ranges::sort(by_plugin[place], {}, [](const Draft* draft) {
        return std::tie(draft->execution->start_time, draft->execution->id, draft->phase);
      });
      for (const Draft* draft : by_plugin[place]) rows.push_back(row_of(*draft, name));
    }
    return rows;
  }

 private:
  static Phase phase_of(const store::Row& row, std::size_t column) {
    return parse_phase(row.get<std::string_view>(column)).value_or(Phase::execute);
  }

  template <class Number>
  static void add(std::optional<Number>& sum, const std::optional<Number>& value) {
    if (value) sum = sum.value_or(0) + *value;
  }

  [[nodiscard]] bool is_asked_for(Phase phase) const { return !only_ || *only_ == phase; }

  Draft& draft_of(Execution& execution, Phase phase, Instant start) {
    std::size_t& place = execution.drafts[static_cast<std::size_t>(phase)];
    if (place != kNone) return drafts_[place];
    place = drafts_.size();
    return drafts_.emplace_back(
        Draft{.execution = &execution, .phase = phase, .phase_start = start});
  }

  std::optional<Phase> only_;
  std::map<std::string, std::size_t, std::less<>> plugins_;
  Executions executions_;
  std::deque<Draft> drafts_;
};

// Names hold no line feeds; without names everything is asked for.
std::optional<std::string> in_lines(const std::vector<std::string>& names) {
  return names.empty() ? std::nullopt : std::optional{one_a_line(names)};
}

}  // namespace

std::vector<TrainingRow> training_rows(store::Connection& connection,
                                       const TrainingOptions& options) {
  Drafts drafts{options.phase};
  for (const store::Row row :
       connection.stream(kExecutions, {options.until, in_lines(options.plugins)})) {
    drafts.add_execution(row);
  }
  for (const store::Row row : connection.stream(kSteps)) drafts.add_step(row);
  drafts.add_those_without_steps();
  for (const store::Row row : connection.stream(kEstimates, {options.until})) {
    drafts.add_estimate(row);
  }
  return drafts.rows();
}

}  // namespace shelduck::history
