// Any order and any split of records gives the same tables, and those that a plain in-memory model
// of the rules gives.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "shelduck/history/history_fixture.hpp"

namespace shelduck::history {
namespace {

using std::chrono::seconds;

const Instant kStart = parse_instant("2026-05-01T12:00:00Z")->instant;
constexpr int kRuns = 2;
constexpr int kExecutions = 4;

RunKey run_key(int run) {
  return {RunId{derived_uuid("r" + std::to_string(run))}, run == 0 ? "a" : "b",
          kStart + seconds{100 * run}};
}

ExecutionKey execution_key(int execution) {
  const RunKey run = run_key(execution % kRuns);
  return {ExecutionId{derived_uuid("e" + std::to_string(execution))}, run.run_id, run.source,
          run.start_time + seconds{10 * execution}};
}

// A small universe, so that ids, contents and refusals meet each other often.
EncodedRecord make_record(int kind, int which, int content) {
  const ExecutionKey key = execution_key(which % kExecutions);
  const RunKey run = run_key(which % kRuns);
  const Status status = content == 0 ? Status::success : Status::failed;
  switch (kind) {
    case 0:
      return to_journal(RunStarted{.key = run, .hostname = content == 0 ? "h" : "i"});
    case 1:
      return to_journal(
          RunEnded{.key = run, .end_time = run.start_time + seconds{90}, .status = status});
    case 2:
      return to_journal(ExecutionStarted{.key = key, .plugin_name = "p", .attempt = 1 + content});
    case 3:
      return to_journal(
          ExecutionEnded{.key = key, .end_time = key.start_time + seconds{5}, .status = status});
    case 4:
      return to_journal(StepMeasured{.key = key,
                                     .step_id = StepId{derived_uuid("s" + std::to_string(which))},
                                     .step_name = "update",
                                     .step_start = key.start_time,
                                     .wall_clock_seconds = 1.0 + content});
    case 5:
      return to_journal(ExecutionInterrupted{.key = key, .at = kStart + seconds{content}});
    case 6:
      return to_journal(RunInterrupted{.key = run, .at = kStart + seconds{content}});
    case 7:
      return to_journal(FieldUpdated{Entity::execution, key.execution_id.uuid, "error_message",
                                     std::to_string(content), derived_uuid(std::to_string(which))});
    case 8:
      return to_journal(EntityDeleted{Entity::execution, key.execution_id.uuid});
    default:
      return to_journal(SourcePruned{content == 0 ? "a" : "b", kStart + seconds{15 * which}});
  }
}

// What the rules say, in maps and without a database.
class Model {
 public:
  explicit Model(const std::vector<EncodedRecord>& records) {
    for (const EncodedRecord& record : records) collect_refusals(record);
    for (const EncodedRecord& record : records) collect_facts(record);
  }

  // As the query of the test prints executions: id, plugin, attempt, status, error_message, steps.
  [[nodiscard]] std::vector<std::string> executions() const {
    std::vector<std::string> lines;
    for (const auto& [id, e] : executions_) {
      const std::string status = e.end              ? std::string(to_string(e.end->status))
                                 : e.interrupted_at ? "interrupted"
                                                    : "running";
      const auto update = updates_.find(id);
      lines.push_back(to_string(id) + "|" + (e.start ? e.start->plugin_name : "") + "|" +
                      (e.start ? std::to_string(e.start->attempt) : "") + "|" + status + "|" +
                      (update == updates_.end() ? "" : update->second.second) + "|" +
                      std::to_string(e.steps.size()));
    }
    return lines;
  }

 private:
  struct Execution {
    std::optional<ExecutionStarted> start;
    std::optional<ExecutionEnded> end;
    std::optional<Instant> interrupted_at;
    std::set<Uuid> steps;
  };

  void collect_refusals(const EncodedRecord& record) {
    switch (static_cast<RecordType>(record.type)) {
      case RecordType::entity_deleted:
        deleted_.insert(decode<EntityDeleted>(record.payload).id);
        break;
      case RecordType::source_pruned: {
        const auto prune = decode<SourcePruned>(record.payload);
        horizons_[prune.source] = std::max(horizons_[prune.source], prune.cutoff);
        break;
      }
      case RecordType::field_updated: {
        const auto update = decode<FieldUpdated>(record.payload);
        auto& best = updates_[update.id];
        best = std::max(best, std::pair{update.version, *update.value});
        break;
      }
      default:
        break;
    }
  }

  Execution* open(const ExecutionKey& key) {
    const auto horizon = horizons_.find(key.source);
    if (deleted_.contains(key.execution_id.uuid)) return nullptr;
    if (horizon != horizons_.end() && key.start_time < horizon->second) return nullptr;
    return &executions_[key.execution_id.uuid];
  }

  template <class Record>
  static void keep_lower(std::optional<Record>& kept, const Record& record) {
    if (!kept || content_hash(encode(record)) < content_hash(encode(*kept))) kept = record;
  }

  void collect_facts(const EncodedRecord& record) {
    switch (static_cast<RecordType>(record.type)) {
      case RecordType::execution_started: {
        const auto start = decode<ExecutionStarted>(record.payload);
        if (Execution* e = open(start.key)) keep_lower(e->start, start);
        break;
      }
      case RecordType::execution_ended: {
        const auto end = decode<ExecutionEnded>(record.payload);
        if (Execution* e = open(end.key)) keep_lower(e->end, end);
        break;
      }
      case RecordType::execution_interrupted: {
        const auto stop = decode<ExecutionInterrupted>(record.payload);
        if (Execution* e = open(stop.key)) {
          e->interrupted_at = std::min(e->interrupted_at.value_or(stop.at), stop.at);
        }
        break;
      }
      case RecordType::step_measured: {
        const auto step = decode<StepMeasured>(record.payload);
        if (Execution* e = open(step.key)) e->steps.insert(step.step_id.uuid);
        break;
      }
      default:
        break;
    }
  }

  std::map<Uuid, Execution> executions_;
  std::set<Uuid> deleted_;
  std::map<std::string, Instant> horizons_;
  std::map<Uuid, std::pair<Uuid, std::string>> updates_;
};

// Every table as lines; what depends on the segment or on when an update met its row is left out.
std::vector<std::string> content(HistoryFixture& history) {
  std::vector<std::string> all;
  for (const char* sql :
       {"SELECT * FROM runs ORDER BY ALL", "SELECT * FROM plugin_executions ORDER BY ALL",
        "SELECT * FROM step_metrics ORDER BY ALL", "SELECT * FROM tombstones ORDER BY ALL",
        "SELECT * FROM prune_horizons ORDER BY ALL",
        "SELECT entity, id, field, value, version FROM field_updates ORDER BY ALL",
        "SELECT execution_id FROM open_executions ORDER BY ALL",
        "SELECT id, reason, record FROM quarantine ORDER BY ALL"}) {
    const auto lines = history.lines(sql);
    all.insert(all.end(), lines.begin(), lines.end());
    all.emplace_back("--");
  }
  return all;
}

std::vector<std::string> apply_in_slices(HistoryFixture& history,
                                         const std::vector<EncodedRecord>& records,
                                         std::size_t slice) {
  history.clear();
  for (std::size_t i = 0; i < records.size(); i += slice) {
    const auto first = records.begin() + static_cast<std::ptrdiff_t>(i);
    const auto last =
        records.begin() + static_cast<std::ptrdiff_t>(std::min(i + slice, records.size()));
    history.apply({first, last});
  }
  return content(history);
}

// Draws records, applies them whole and shuffled in slices, and compares.
void check_one_history(HistoryFixture& history) {
  const auto size = *rc::gen::inRange<std::size_t>(1, 24);
  std::vector<EncodedRecord> records;
  for (std::size_t i = 0; i < size; ++i) {
    // Deletes and prunes (8, 9) are rarer, so that something is left to compare.
    const int kind = *rc::gen::weightedElement<int>(
        {{4, 0}, {4, 1}, {8, 2}, {8, 3}, {8, 4}, {3, 5}, {2, 6}, {4, 7}, {1, 8}, {1, 9}});
    records.push_back(make_record(kind, *rc::gen::inRange(0, 6), *rc::gen::inRange(0, 2)));
  }
  const auto whole = apply_in_slices(history, records, records.size());
  const auto rows = history.lines(
      "SELECT e.execution_id, e.plugin_name, e.attempt, e.status, e.error_message, "
      "(SELECT count(*) FROM step_metrics s WHERE s.execution_id = e.execution_id) "
      "FROM plugin_executions e ORDER BY e.execution_id");
  RC_ASSERT(rows == Model{records}.executions());

  auto shuffled = records;
  for (std::size_t i = shuffled.size(); i > 1; --i) {
    std::swap(shuffled[i - 1], shuffled[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  const auto slice = *rc::gen::inRange<std::size_t>(1, 6);
  RC_ASSERT(apply_in_slices(history, shuffled, slice) == whole);
}

TEST(ApplierProperty, AnyOrderAndSplitGivesTheTablesOfTheModel) {
  setenv("RC_PARAMS", "max_success=40", 0);  // a soak sets it higher
  HistoryFixture history;
  EXPECT_TRUE(rc::check([&] { check_one_history(history); }));
}

// Starts that contradict each other, ends, steps, updates of both, forecasts of a plugin and of a
// total.
EncodedRecord make_scored_record(int kind, int number, int minute) {
  const Instant at = Instant{std::chrono::sys_days{std::chrono::year{2026} / 5 / 1}} +
                     std::chrono::minutes{minute};
  const std::string plugin = number % 2 == 0 ? "apt" : "snap";
  const ExecutionKey key{ExecutionId{derived_uuid("e" + std::to_string(number))},
                         RunId{derived_uuid("r" + std::to_string(number / 3))}, "host", at};
  switch (kind) {
    case 0:
      return to_journal(ExecutionStarted{.key = key, .plugin_name = plugin, .created_at = at});
    case 1:
      return to_journal(
          ExecutionEnded{.key = key,
                         .end_time = at + std::chrono::seconds{number},
                         .status = minute % 4 == 0 ? Status::failed : Status::success});
    case 2:
      return to_journal(StepMeasured{.key = key,
                                     .step_id = StepId{derived_uuid(std::to_string(minute))},
                                     .step_name = "update",
                                     .step_start = at,
                                     .wall_clock_seconds = minute});
    case 3:
      return to_journal(FieldUpdated{Entity::step, derived_uuid(std::to_string(minute)),
                                     "wall_clock_seconds", std::to_string(20 + number),
                                     derived_uuid("step " + std::to_string(number))});
    case 4:
      return to_journal(FieldUpdated{Entity::execution, key.execution_id.uuid, "status",
                                     minute % 2 == 0 ? "failed" : "success",
                                     derived_uuid("status " + std::to_string(minute))});
    default: {
      ForecastIssued forecast{
          .forecast_id = ForecastId{derived_uuid(std::to_string(number) + plugin)},
          .issued_at = at,
          .target = "wall_clock_seconds",
          .model = "median",
          .inputs = "{}"};
      if (number % 3 == 0) {
        forecast.plan = "sequential";
        forecast.total_of = "apt\nsnap";
      } else {
        forecast.plugin_name = plugin;
      }
      return to_journal(forecast);
    }
  }
}

void check_scores(HistoryFixture& history) {
  static const std::string kScores =
      "SELECT forecast_id, actual, scored_at, scored_by FROM forecasts ORDER BY forecast_id";
  const auto size = *rc::gen::inRange<std::size_t>(1, 30);
  std::vector<EncodedRecord> records;
  for (std::size_t i = 0; i < size; ++i) {
    const int kind =
        *rc::gen::weightedElement<int>({{8, 0}, {8, 1}, {3, 2}, {2, 3}, {1, 4}, {5, 5}});
    records.push_back(make_scored_record(kind, *rc::gen::inRange(0, 6), *rc::gen::inRange(0, 9)));
  }
  const auto slice = *rc::gen::inRange<std::size_t>(1, 6);
  apply_in_slices(history, records, slice);
  const auto scores = history.lines(kScores);
  // A new name makes every score be derived again.
  history.apply({to_journal(PluginAliased{"nobody", "no one", derived_uuid("version")})});
  RC_ASSERT(history.lines(kScores) == scores);
}

TEST(ApplierProperty, ScoresOfABatchAreThoseOfAllRows) {
  setenv("RC_PARAMS", "max_success=40", 0);
  HistoryFixture history;
  EXPECT_TRUE(rc::check([&] { check_scores(history); }));
}

}  // namespace
}  // namespace shelduck::history
