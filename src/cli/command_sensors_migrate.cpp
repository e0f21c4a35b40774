#include "shelduck/cli/command_sensors_migrate.hpp"

#include <algorithm>
#include <utility>

#include "shelduck/cli/domains.hpp"
#include "shelduck/cli/node_proof.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/interop/sensors/old_sensor_file.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/sensors/claim.hpp"

namespace shelduck::cli {
namespace {

// Judged, journaled and stored together.
constexpr std::size_t kRowsAtOnce = 10'000;
constexpr Seconds kMigrateTidying{60};

struct Carried {
  std::int64_t rows = 0;  // of the source
  std::int64_t inserted = 0;
  std::int64_t duplicates = 0;
  std::int64_t conflicts = 0;
  std::int64_t rejected = 0;
};

class Migration {
 public:
  Migration(const Request& request, std::filesystem::path to)
      : request_(request),
        from_(request.paths.find("from")->second.front()),
        to_(std::move(to)),
        domain_(domain_at("sensors", to_, request.arguments)),
        source_(from_, {.wait = request.opening.wait, .temporary = request.temporary}),
        store_(store::Store::open(to_, domain_, options())) {}

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
    options.owned_by_other = {};  // what a server has is not brought over to behind its back
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
  }

  void take(std::vector<sensors::IncomingRow> rows) {
    for (const sensors::IncomingRow& row : rows) {
      if (row.refusal) continue;
      source_sums_[row.reading.node_address].add(row.reading.timestamp, row.reading.values());
    }
    const auto verdict = std::make_shared<sensors::Verdict>();
    const store::Claim claim =
        sensors::claim_of(std::move(rows), {.now = request_.clock(), .source = "migrate"}, verdict);
    const store::KnownFacts known = domain_.facts_finder()(store_.connection(), claim.judged_by);
    const store::Judgement judgement = claim.judge(known);
    if (!judgement.records.empty()) store_.write(judgement.records);
    carried_.inserted += verdict->inserted;
    carried_.duplicates += verdict->duplicates;
    carried_.conflicts += verdict->conflicts;
    carried_.rejected += verdict->rejected_count;
  }

  // A node's readings of the same stretch of time are mostly those of the source; where there are
  // others too, the source is read once more and compared second by second.
  void prove() {
    const auto readings = sensors::open_readings(store_.connection());
    const std::int64_t edge = readings->edge();
    std::int64_t done = 0;
    for (const auto& [address, sum] : source_sums_) {
      request_.cancel.check();
      const sensors::NodeColumns columns =
          readings->columns_of(address, {.start = sum.first, .end = sum.last});
      NodeProof proof{.node_address = address, .source = sum, .copy = sum_of(columns)};
      if (!proof.is_equal()) proof = compared(address, columns, edge);
      proofs_.push_back(proof);
      request_.progress.update({.label = "compared nodes",
                                .done = ++done,
                                .total = static_cast<std::int64_t>(source_sums_.size())});
    }
    request_.progress.clear();
  }

  NodeProof compared(std::uint64_t address, const sensors::NodeColumns& columns,
                     std::int64_t edge) {
    NodeProof proof{.node_address = address};
    std::int64_t after = sensors::kTimestampMin - 1;
    for (auto rows = source_.of_node(address, after, kRowsAtOnce); !rows.empty();
         rows = source_.of_node(address, after, kRowsAtOnce)) {
      for (const sensors::Reading& row : rows) {
        if (row.timestamp >= edge && row.timestamp > after) {
          proof.compare(row.timestamp, row.values(), columns);
        }
        after = row.timestamp;
      }
    }
    return proof;
  }

  [[nodiscard]] Answer answer() const {
    const bool is_equal = are_equal(proofs_);
    Answer answer{.shape = Answer::Shape::single, .document = document(is_equal)};
    answer.exit_code = is_equal ? 0 : kExitOfDifference;
    answer.tables.push_back(table_of(proofs_));
    answer.notes.push_back(std::to_string(carried_.rows) +
                           " rows read: " + std::to_string(carried_.inserted) + " new, " +
                           std::to_string(carried_.duplicates) + " known before, " +
                           std::to_string(carried_.conflicts) + " contradict a stored reading, " +
                           std::to_string(carried_.rejected) + " refused");
    if (carried_.conflicts + carried_.rejected > 0) {
      answer.notes.push_back("see those with: shelduck sensors quarantine list --db " +
                             to_.string());
    }
    answer.notes.emplace_back(is_equal
                                  ? "compared: every legal row is stored; the source is as it was"
                                  : "NOT EQUAL: run it again, and keep the source");
    return answer;
  }

  [[nodiscard]] Document document(bool is_equal) const {
    return Document::object()
        .set("from", from_.string())
        .set("to", to_.string())
        .set("backend", store::word_of(domain_.backend))
        .set("rows", carried_.rows)
        .set("inserted", carried_.inserted)
        .set("duplicates", carried_.duplicates)
        .set("conflicts", carried_.conflicts)
        .set("rejected", carried_.rejected)
        .set("is_equal", is_equal)
        .set("nodes", document_of(proofs_));
  }

  const Request& request_;
  const std::filesystem::path from_;
  const std::filesystem::path to_;
  const store::Domain domain_;
  interop::OldSensorFile source_;
  store::Store store_;
  NodeSums source_sums_;  // of legal rows, by address
  Carried carried_;
  std::vector<NodeProof> proofs_;
};

}  // namespace

Answer migrate_readings(const Request& request) {
  const auto named = request.paths.find("to");
  std::filesystem::path to =
      named == request.paths.end() ? request.database : named->second.front();
  std::error_code absent;
  if (std::filesystem::equivalent(to, request.paths.find("from")->second.front(), absent)) {
    throw Error{ErrorKind::invalid_input,
                "--to is the file that is read; it was not touched",
                {.field = "--to", .value = to.string(), .rule = "another file than --from"}};
  }
  return Migration{request, std::move(to)}.run();
}

}  // namespace shelduck::cli
