#include "shelduck/history/recorded_facts.hpp"

#include <set>
#include <unordered_map>
#include <vector>

#include "shelduck/history/field.hpp"
#include "shelduck/history/merge.hpp"
#include "shelduck/history/table.hpp"

namespace shelduck::history {
namespace {

using store::Fact;
using store::KnownFacts;

bool is_about(const Fact& fact, std::initializer_list<RecordType> types) {
  for (const RecordType type : types) {
    if (fact.kind == static_cast<std::uint16_t>(type)) return true;
  }
  return false;
}

// Sorted, each once.
std::set<Uuid> ids_about(std::span<const Fact> facts, std::initializer_list<RecordType> types) {
  std::set<Uuid> ids;
  for (const Fact& fact : facts) {
    if (is_about(fact, types)) ids.insert(fact.id);
  }
  return ids;
}

std::string ids_as_text(const std::set<Uuid>& ids) {
  std::string text;
  for (const Uuid& id : ids) text += (text.empty() ? "" : "\n") + to_string(id);
  return text;
}

// A look-up happens for every few writes, so it stages nothing: the ids travel as one text.
constexpr std::string_view kWanted =
    " SEMI JOIN (SELECT unnest(string_split($1, chr(10)))::UUID AS id) w ON w.id = ";

template <class Row>
std::vector<Row> rows_of(store::Connection& connection, const std::set<Uuid>& ids) {
  std::vector<Row> rows;
  if (ids.empty()) return rows;
  static const std::string kSql = "SELECT " + column_list<Row>() + " FROM " +
                                  std::string(Row::kTable) + " t" + std::string(kWanted) + "t." +
                                  std::string(Row::kId) + " WHERE t." + std::string(Row::kId) +
                                  " >= $2";
  for (const store::Row row : connection.query(kSql, {ids_as_text(ids), *ids.begin()})) {
    rows.push_back(read_row<Row>(row));
  }
  return rows;
}

// Values that lie over what the facts say of rows of one table, by id.
template <class Row>
class Overlays {
 public:
  Overlays(store::Connection& connection, const std::set<Uuid>& ids) {
    if (ids.empty()) return;
    static const std::string kSql = "SELECT t.id, t.field, t.base FROM field_updates t" +
                                    std::string(kWanted) +
                                    "t.id WHERE t.is_laid_on AND t.id >= $2 AND t.entity = $3";
    for (const store::Row row : connection.query(
             kSql, {ids_as_text(ids), *ids.begin(), static_cast<std::int64_t>(Row::kEntity)})) {
      by_id_[row.get<Uuid>(0)].push_back({row.get<std::string>(1), row.get<FieldText>(2)});
    }
  }

  bool take_off(Row& row) const {
    const auto found = by_id_.find(row.id.uuid);
    if (found == by_id_.end()) return false;
    for (const auto& [field, base] : found->second) set_field(row, field, base);
    return true;
  }

 private:
  std::unordered_map<Uuid, std::vector<std::pair<std::string, FieldText>>, UuidHash> by_id_;
};

void add_runs(store::Connection& connection, std::span<const Fact> facts, KnownFacts& known) {
  const auto ids = ids_about(facts, {RecordType::run_started, RecordType::run_ended});
  std::vector<RunRow> rows = rows_of<RunRow>(connection, ids);
  if (rows.empty()) return;
  const Overlays<RunRow> overlays{connection, ids};
  for (RunRow& row : rows) {
    overlays.take_off(row);
    const RunStarted started = started_of(row);
    if (row.start_hash) known[fact_of(RecordType::run_started, row.id.uuid)] = encode(started);
    if (row.end_hash) {
      known[fact_of(RecordType::run_ended, row.id.uuid)] = encode(ended_of(row, started.key));
    }
  }
}

void add_executions(store::Connection& connection, std::span<const Fact> facts, KnownFacts& known) {
  const auto ids = ids_about(facts, {RecordType::execution_started, RecordType::execution_ended});
  std::vector<ExecutionRow> rows = rows_of<ExecutionRow>(connection, ids);
  if (rows.empty()) return;
  const Overlays<ExecutionRow> overlays{connection, ids};
  for (ExecutionRow& row : rows) {
    overlays.take_off(row);
    const Uuid id = row.id.uuid;
    if (row.start_hash) {
      known[fact_of(RecordType::execution_started, id)] = encode(started_of(row));
    }
    if (row.end_hash) {
      known[fact_of(RecordType::execution_ended, id)] = encode(ended_of(row, key_of(row)));
    }
  }
}

void add_steps(store::Connection& connection, std::span<const Fact> facts, KnownFacts& known) {
  const auto ids = ids_about(facts, {RecordType::step_measured});
  std::vector<StepRow> rows = rows_of<StepRow>(connection, ids);
  if (rows.empty()) return;
  const Overlays<StepRow> overlays{connection, ids};
  for (StepRow& row : rows) {
    const ExecutionKey key = key_of_child(row.execution_id);
    const std::string now = to_record(row, key).payload;
    if (overlays.take_off(row)) known[step_end_fact(row.id)] = now;
    known[fact_of(RecordType::step_measured, row.id.uuid)] = to_record(row, key).payload;
  }
}

void add_estimates(store::Connection& connection, std::span<const Fact> facts, KnownFacts& known) {
  const auto ids = ids_about(facts, {RecordType::estimate_made});
  for (const EstimateRow& row : rows_of<EstimateRow>(connection, ids)) {
    known[fact_of(RecordType::estimate_made, row.id.uuid)] =
        to_record(row, key_of_child(row.execution_id)).payload;
  }
}

void add_deletions(store::Connection& connection, std::span<const Fact> facts, KnownFacts& known) {
  const auto ids = ids_about(facts, {RecordType::entity_deleted});
  if (ids.empty()) return;
  static const std::string kSql =
      "SELECT t.id FROM tombstones t" + std::string(kWanted) + "t.id WHERE t.id >= $2";
  for (const store::Row row : connection.query(kSql, {ids_as_text(ids), *ids.begin()})) {
    known[deletion_fact(row.get<Uuid>(0))] = "";
  }
}

// All of them: whose history a run is may only be known when it is judged.
void add_prunes(store::Connection& connection, KnownFacts& known) {
  for (const store::Row row : connection.query("SELECT source, cutoff FROM prune_horizons")) {
    known[prune_fact(row.get<std::string>(0))] =
        std::to_string(row.get<Instant>(1).time_since_epoch().count());
  }
}

}  // namespace

KnownFacts find_facts(store::Connection& connection, std::span<const Fact> facts) {
  KnownFacts known;
  add_runs(connection, facts, known);
  add_executions(connection, facts, known);
  add_steps(connection, facts, known);
  add_estimates(connection, facts, known);
  add_deletions(connection, facts, known);
  add_prunes(connection, known);
  return known;
}

}  // namespace shelduck::history
