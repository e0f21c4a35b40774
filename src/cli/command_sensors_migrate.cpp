#include "shelduck/cli/command_sensors_migrate.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "shelduck/cli/domains.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/interop/sensors/old_sensor_file.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/sensors/claim.hpp"

namespace shelduck::cli {
namespace {

constexpr int kDiffers = 5;
// Judged, journaled and stored together.
constexpr std::size_t kRowsAtOnce = 10'000;
constexpr Seconds kMigrateTidying{60};

// What stands for a node's readings, in any order: their number, both sums, and a hash of each,
// added up.
struct NodeSum {
  std::int64_t rows = 0;
  std::int64_t temperature = 0;
  std::int64_t humidity = 0;
  std::uint64_t digest = 0;
  std::int64_t first = sensors::kTimestampMax;
  std::int64_t last = sensors::kTimestampMin;

  bool operator==(const NodeSum&) const = default;
};

// SplitMix64's finisher: each bit of the number reaches each bit of the hash.
std::uint64_t mixed(std::uint64_t number) {
  number = (number ^ number >> 30U) * 0xbf58476d1ce4e5b9U;
  number = (number ^ number >> 27U) * 0x94d049bb133111ebU;
  return number ^ number >> 31U;
}

void add(NodeSum& sum, std::int64_t timestamp, const sensors::ReadingValues& values) {
  ++sum.rows;
  sum.temperature += values.temperature_centidegrees;
  sum.humidity += values.humidity_centipercent;
  const std::uint64_t said =
      static_cast<std::uint64_t>(static_cast<std::uint16_t>(values.temperature_centidegrees)) |
      static_cast<std::uint64_t>(values.humidity_centipercent) << 16U |
      static_cast<std::uint64_t>(values.flags) << 32U;
  sum.digest += mixed(mixed(static_cast<std::uint64_t>(timestamp) + 0x9e3779b97f4a7c15U) ^ said);
  sum.first = std::min(sum.first, timestamp);
  sum.last = std::max(sum.last, timestamp);
}

using NodeSums = std::map<std::uint64_t, NodeSum>;

struct Carried {
  std::int64_t rows = 0;  // of the source
  std::int64_t inserted = 0;
  std::int64_t duplicates = 0;
  std::int64_t conflicts = 0;
  std::int64_t rejected = 0;
};

struct NodeProof {
  std::uint64_t node_address = 0;
  NodeSum source;
  NodeSum stored;  // of the same seconds
  std::int64_t conflicts = 0;
  std::int64_t missing = 0;

  [[nodiscard]] bool is_equal() const {
    return missing == 0 && (conflicts > 0 || (source.rows == stored.rows && source == stored));
  }
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
      if (!row.refusal)
        add(source_sums_[row.reading.node_address], row.reading.timestamp, row.reading.values());
    }
    const auto verdict = std::make_shared<sensors::Verdict>();
    const store::Claim claim =
        sensors::claim_of(std::move(rows), {.now = request_.clock(), .source = "migrate"}, verdict);
    const store::KnownFacts known = domain_.find_facts(store_.connection(), claim.judged_by);
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
      NodeProof proof{.node_address = address, .source = sum};
      for (std::size_t i = 0; i < columns.size(); ++i) add(proof.stored, columns, i);
      if (!(proof.stored == proof.source)) proof = compared(address, columns, edge);
      proofs_.push_back(proof);
      request_.progress.update({.label = "compared nodes",
                                .done = ++done,
                                .total = static_cast<std::int64_t>(source_sums_.size())});
    }
    request_.progress.clear();
  }

  static sensors::ReadingValues values_at(const sensors::NodeColumns& columns, std::size_t row) {
    return {columns.temperatures[row], columns.humidities[row], columns.flags[row]};
  }
  static void add(NodeSum& sum, const sensors::NodeColumns& columns, std::size_t row) {
    cli::add(sum, columns.timestamps[row], values_at(columns, row));
  }
  static void add(NodeSum& sum, std::int64_t timestamp, const sensors::ReadingValues& values) {
    cli::add(sum, timestamp, values);
  }

  NodeProof compared(std::uint64_t address, const sensors::NodeColumns& columns,
                     std::int64_t edge) {
    NodeProof proof{.node_address = address, .source = {}, .stored = {}};
    std::int64_t after = sensors::kTimestampMin - 1;
    for (auto rows = source_.of_node(address, after, kRowsAtOnce); !rows.empty();
         rows = source_.of_node(address, after, kRowsAtOnce)) {
      for (const sensors::Reading& row : rows) {
        if (row.timestamp >= edge && row.timestamp > after) compare(proof, row, columns);
        after = row.timestamp;
      }
    }
    return proof;
  }

  static void compare(NodeProof& proof, const sensors::Reading& row,
                      const sensors::NodeColumns& columns) {
    add(proof.source, row.timestamp, row.values());
    const auto found = std::ranges::lower_bound(columns.timestamps, row.timestamp);
    if (found == columns.timestamps.end() || *found != row.timestamp) {
      ++proof.missing;
      return;
    }
    const auto place = static_cast<std::size_t>(found - columns.timestamps.begin());
    add(proof.stored, columns, place);
    if (values_at(columns, place) != row.values()) ++proof.conflicts;
  }

  [[nodiscard]] Answer answer() const {
    const bool is_equal = std::ranges::all_of(proofs_, &NodeProof::is_equal);
    Answer answer{.shape = Answer::Shape::single, .document = document(is_equal)};
    answer.exit_code = is_equal ? 0 : kDiffers;
    Table table{.columns = {{"node_address", "node"},
                            {"rows", "readings", Cell::count},
                            {"temperature_raw_sum", "sum of temperature", Cell::count},
                            {"humidity_raw_sum", "sum of humidity", Cell::count},
                            {"digest", "digest", Cell::text, 1},
                            {"state", "compared", Cell::status}}};
    for (const NodeProof& proof : proofs_) table.rows.push_back(document_of(proof));
    answer.tables.push_back(std::move(table));
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
    Document nodes = Document::array();
    for (const NodeProof& proof : proofs_) nodes.add(document_of(proof));
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
        .set("nodes", std::move(nodes));
  }

  static Document document_of(const NodeProof& proof) {
    const std::string_view state = proof.missing > 0     ? "differs"
                                   : proof.conflicts > 0 ? "contradicted"
                                   : proof.is_equal()    ? "equal"
                                                         : "differs";
    return Document::object()
        .set("node_address", std::to_string(proof.node_address))
        .set("rows", proof.source.rows)
        .set("temperature_raw_sum", proof.source.temperature)
        .set("humidity_raw_sum", proof.source.humidity)
        .set("digest", std::to_string(proof.source.digest))
        .set("conflicts", proof.conflicts)
        .set("missing", proof.missing)
        .set("state", state);
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
