#include "shelduck/cli/command_sensors_migrate.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "shelduck/cli/node_proof.hpp"
#include "shelduck/cli/row_standing.hpp"
#include "shelduck/cli/served.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/interop/sensors/old_sensor_file.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/sensors/claim.hpp"

namespace shelduck::cli {
namespace {

constexpr Seconds kMigrateTidying{60};

struct Carried {
  std::int64_t source_rows = 0;  // as the source counts them
  std::int64_t rows = 0;         // that were read
  std::int64_t inserted = 0;
  std::int64_t duplicates = 0;
  std::int64_t conflicts = 0;
  std::int64_t rejected = 0;
};

class Migration {
 public:
  explicit Migration(const Request& request)
      : request_(request),
        from_(request.paths.find("from")->second.front()),
        source_(from_, {.wait = request.opening.wait, .temporary = request.temporary}),
        store_(store::Store::open(request.database, request.domain, options())) {}

  Answer run() {
    carry_over();
    prove();
    store_.finish(kMigrateTidying);
    store_.close();
    return answer();
  }

 private:
  [[nodiscard]] store::OpenOptions options() const {
    store::OpenOptions options = request_.opening;
    options.purpose = store::Purpose::write;
    options.owned_by_other = refuse_beside_server;
    return options;
  }

  void carry_over() {
    store_.apply();
    const std::int64_t all = source_.count().value_or(0);
    // A piece that is not full is the last one, or a program that writes would keep this going.
    for (bool is_full = true; is_full;) {
      request_.cancel.check();
      auto rows = source_.next(kRowsAtOnce);
      is_full = rows.size() == kRowsAtOnce;
      carried_.rows += static_cast<std::int64_t>(rows.size());
      take(std::move(rows));
      request_.progress.update(
          {.label = "readings", .done = carried_.rows, .total = std::max(all, carried_.rows)});
    }
    request_.progress.clear();
    source_.require_whole();
    carried_.source_rows = source_.count_given();
  }

  void take(std::vector<sensors::IncomingRow> rows) {
    for (const sensors::IncomingRow& row : rows) {
      if (row.refusal) continue;
      source_sums_[row.reading.node_address].add(row.reading.timestamp, row.reading.values());
    }
    const auto verdict = std::make_shared<sensors::Verdict>();
    const store::Claim claim =
        sensors::claim_of(std::move(rows), {.now = request_.clock(), .source = "migrate"}, verdict);
    const store::KnownFacts known =
        request_.domain.facts_finder()(store_.connection(), claim.judged_by);
    const store::Judgement judgement = claim.judge(known);
    if (!judgement.records.empty()) store_.write(judgement.records);
    carried_.inserted += verdict->inserted;
    carried_.duplicates += verdict->duplicates;
    carried_.conflicts += verdict->conflicts;
    carried_.rejected += verdict->rejected_count;
  }

  // A node's readings of the same stretch of time are mostly those of the source; where there are
  // others too, the source is read once more and compared row by row.
  void prove() {
    compare_sums();
    std::set<std::uint64_t> different;
    std::map<std::uint64_t, NodeProof*> proofs;
    for (NodeProof& proof : proofs_) {
      if (proof.is_equal()) continue;
      proof = {.node_address = proof.node_address};
      different.insert(proof.node_address);
      proofs.emplace(proof.node_address, &proof);
    }
    if (different.empty()) return;
    source_.begin_again();
    look_up_rows({source_, request_.domain, store_.connection(), request_.cancel}, different,
                 [&](const StandingRow& row) { proofs.at(row.key.node_address)->add_source(row); });
  }

  void compare_sums() {
    const auto readings = sensors::open_readings(store_.connection());
    for (const auto& [address, sum] : source_sums_) {
      request_.cancel.check();
      const sensors::NodeColumns columns =
          readings->columns_of(address, {.start = sum.first, .end = sum.last});
      proofs_.push_back({.node_address = address, .source = sum, .copy = sum_of(columns)});
      request_.progress.update({.label = "compared nodes",
                                .done = static_cast<std::int64_t>(proofs_.size()),
                                .total = static_cast<std::int64_t>(source_sums_.size())});
    }
    request_.progress.clear();
  }

  [[nodiscard]] bool is_equal() const {
    return carried_.rows >= carried_.source_rows && are_equal(proofs_);
  }

  [[nodiscard]] Answer answer() const {
    Answer answer = proven_answer(document(), proofs_);
    answer.exit_code = is_equal() ? 0 : kExitOfDifference;
    answer.notes.push_back(std::to_string(carried_.rows) +
                           " rows read: " + std::to_string(carried_.inserted) + " new, " +
                           std::to_string(carried_.duplicates) + " known before, " +
                           std::to_string(carried_.conflicts) + " contradict a stored reading, " +
                           std::to_string(carried_.rejected) + " refused");
    const bool is_all_stored = carried_.conflicts + carried_.rejected == 0;
    if (!is_all_stored) {
      answer.notes.push_back("see those with: shelduck sensors quarantine list --db " +
                             request_.database.string());
    }
    if (carried_.rows < carried_.source_rows) {
      answer.notes.push_back("the source counts " + std::to_string(carried_.source_rows) + " rows");
    }
    answer.notes.push_back(!is_equal() ? "NOT EQUAL: run it again, and keep the source"
                           : is_all_stored
                               ? "compared: every row is stored; the source is as it was"
                               : "compared: every other row is stored; the source is as it was");
    return answer;
  }

  [[nodiscard]] Document document() const {
    return Document::object()
        .set("from", from_.string())
        .set("to", request_.database.string())
        .set("backend", store::word_of(request_.domain.backend))
        .set("source_rows", carried_.source_rows)
        .set("rows", carried_.rows)
        .set("inserted", carried_.inserted)
        .set("duplicates", carried_.duplicates)
        .set("conflicts", carried_.conflicts)
        .set("rejected", carried_.rejected)
        .set("is_equal", is_equal());
  }

  const Request& request_;
  const std::filesystem::path from_;
  interop::OldSensorFile source_;
  store::Store store_;
  NodeSums source_sums_;  // of legal rows, by address
  Carried carried_;
  std::vector<NodeProof> proofs_;
};

}  // namespace

Answer migrate_readings(const Request& request) {
  const auto& options = request.arguments.options;
  const auto database = options.find("db");
  const bool has_to = options.contains("to");
  if (has_to && database != options.end() && database->second.origin == "flag") {
    throw Error{ErrorKind::invalid_input,
                "--to and --db both name the database that takes the readings",
                {.field = "--to",
                 .value = options.find("to")->second.texts.front(),
                 .rule = "one of both"}};
  }
  std::error_code absent;
  if (std::filesystem::equivalent(request.database, request.paths.find("from")->second.front(),
                                  absent)) {
    const bool is_told = has_to || database == options.end() || database->second.origin == "flag";
    throw Error{ErrorKind::invalid_input,
                "the file that is read cannot take the readings; it was not touched",
                {.field = is_told ? "--to" : database->second.origin,
                 .value = request.database.string(),
                 .rule = "another file than --from",
                 .hint = "name a new file with --to"}};
  }
  return Migration{request}.run();
}

}  // namespace shelduck::cli
