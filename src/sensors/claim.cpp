#include "shelduck/sensors/claim.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "shelduck/core/utf8.hpp"
#include "shelduck/sensors/facts.hpp"
#include "shelduck/sensors/records/record.hpp"

namespace shelduck::sensors {
namespace {

// A record is applied at once, so large bodies make several.
constexpr std::size_t kRowsOfARecord = 10'000;
constexpr std::size_t kRefusedOfARecord = 1000;
constexpr std::string_view kConflict = "another reading of this node and second says otherwise";

template <class Record>
store::Record to_journal(const Record& record) {
  return {static_cast<std::uint16_t>(Record::kType), encode(record)};
}

// Of a row that came as numbers alone.
std::string shown(const Reading& reading) {
  return "node_address " + std::to_string(reading.node_address) + ", timestamp " +
         std::to_string(reading.timestamp) + ", temperature_raw " +
         std::to_string(reading.temperature_centidegrees) + ", humidity_raw " +
         std::to_string(reading.humidity_centipercent) + ", flags " +
         std::to_string(reading.flags) + ", received_at " + std::to_string(reading.received_at);
}

// One body under judgement.
class Judge {
 public:
  Judge(const std::vector<IncomingRow>& rows, const Receipt& receipt,
        const store::KnownFacts& known, Verdict& verdict)
      : rows_(rows),
        receipt_(receipt),
        known_(known),
        verdict_(verdict),
        edge_(number_of(known, edge_fact(), kTimestampMin)),
        nodes_(number_of(known, node_count_fact(), 0)) {}

  store::Judgement run() {
    verdict_ = {};
    const std::int64_t nodes_before = nodes_;
    said_here_.reserve(rows_.size());
    judgement_.says.reserve(rows_.size());
    taken_.reserve(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) judge(i);
    write_readings();
    write_refused();
    if (nodes_ != nodes_before) says(node_count_fact(), std::to_string(nodes_));
    return std::move(judgement_);
  }

 private:
  void judge(std::size_t index) {
    const IncomingRow& row = rows_[index];
    if (const auto refusal = refusal_of(row)) {
      ++verdict_.rejected_count;
      if (verdict_.rejected.size() < Verdict::kListedMax) {
        verdict_.rejected.push_back({index, *refusal});
      }
      return keep_refused(row, *refusal);
    }
    const store::Fact fact = reading_fact(row.reading.key());
    std::string content = content_of(row.reading.values());
    const std::string* said = said_of(fact);
    if (said == nullptr) return insert(row, fact, std::move(content));
    if (*said == content) {
      ++verdict_.duplicates;
      return;
    }
    ++verdict_.conflicts;
    if (verdict_.conflicting.size() < Verdict::kListedMax) verdict_.conflicting.push_back(index);
    keep_refused(row, {.field = "", .reason = std::string(kConflict)});
  }

  [[nodiscard]] std::optional<Refusal> refusal_of(const IncomingRow& row) const {
    if (row.refusal) return row.refusal;
    if (row.reading.timestamp < edge_) return refusal_before(edge_, row.reading.key());
    const std::string* held = said_of(node_fact(row.reading.node_address));
    if (held == nullptr ? nodes_ < receipt_.nodes_max : *held == row.label) return std::nullopt;
    const std::string address = std::to_string(row.reading.node_address);
    if (held == nullptr) {
      return Refusal{.field = "node_address",
                     .reason = "there are " + std::to_string(nodes_) + " nodes, the most allowed",
                     .value = address};
    }
    return Refusal{.field = "node_address",
                   .reason = "the address " + address +
                             (held->empty() ? " is a node's number already"
                                            : " belongs to the node '" + *held + "'"),
                   .value = row.label.empty() ? address : row.label};
  }

  [[nodiscard]] const std::string* said_of(const store::Fact& fact) const {
    const std::size_t* here = said_here_.find(fact);
    return here != nullptr ? &judgement_.says[*here].content : known_.find(fact);
  }

  void insert(const IncomingRow& row, const store::Fact& fact, std::string content) {
    ++verdict_.inserted;
    const store::Fact node = node_fact(row.reading.node_address);
    if (said_of(node) == nullptr) {
      ++nodes_;
      says(node, row.label);
      if (!row.label.empty()) {
        judgement_.records.push_back(to_journal(NodeLabelled{row.reading.node_address, row.label}));
      }
    }
    says(fact, std::move(content));
    taken_.push_back(row.reading);
  }

  void says(const store::Fact& fact, std::string content) {
    said_here_[fact] = judgement_.says.size();
    judgement_.says.push_back({fact, std::move(content)});
  }

  void keep_refused(const IncomingRow& row, const Refusal& refusal) {
    RefusedRow kept{
        .at = std::chrono::floor<std::chrono::seconds>(receipt_.now).time_since_epoch().count(),
        .source = receipt_.source,
        .field = refusal.field,
        .reason = refusal.reason,
        .node_address = std::nullopt,
        .timestamp = std::nullopt,
        .text = valid_utf8(row.text.substr(0, RefusedRow::kTextBytesMax))};
    if (row.refusal) {
      kept.node_address = refusal.node_address;
      kept.timestamp = refusal.timestamp;
    } else {
      kept.node_address = row.reading.node_address;
      kept.timestamp = row.reading.timestamp;
      if (row.text.empty()) kept.text = shown(row.reading);
    }
    refused_.push_back(std::move(kept));
  }

  void write_readings() {
    std::ranges::sort(taken_, [](const Reading& a, const Reading& b) { return a.key() < b.key(); });
    for (std::size_t from = 0; from < taken_.size(); from += kRowsOfARecord) {
      const std::size_t to = std::min(from + kRowsOfARecord, taken_.size());
      const auto first = taken_.begin() + static_cast<std::ptrdiff_t>(from);
      const auto last = taken_.begin() + static_cast<std::ptrdiff_t>(to);
      judgement_.records.push_back(to_journal(ReadingsTaken{{first, last}}));
    }
  }

  void write_refused() {
    for (std::size_t from = 0; from < refused_.size(); from += kRefusedOfARecord) {
      const std::size_t to = std::min(from + kRefusedOfARecord, refused_.size());
      const auto first = refused_.begin() + static_cast<std::ptrdiff_t>(from);
      const auto last = refused_.begin() + static_cast<std::ptrdiff_t>(to);
      judgement_.records.push_back(to_journal(RowsRefused{{first, last}}));
    }
  }

  const std::vector<IncomingRow>& rows_;
  const Receipt& receipt_;
  const store::KnownFacts& known_;
  Verdict& verdict_;
  std::int64_t edge_;
  std::int64_t nodes_;
  store::FactTable<std::size_t> said_here_;  // where in judgement_.says
  std::vector<Reading> taken_;
  std::vector<RefusedRow> refused_;
  store::Judgement judgement_;
};

std::vector<store::Fact> facts_of(const std::vector<IncomingRow>& rows) {
  std::vector<store::Fact> facts{node_count_fact(), edge_fact()};
  std::unordered_set<std::uint64_t> nodes;
  facts.reserve(rows.size() + 64);
  for (const IncomingRow& row : rows) {
    if (row.refusal) continue;
    facts.push_back(reading_fact(row.reading.key()));
    if (nodes.insert(row.reading.node_address).second) {
      facts.push_back(node_fact(row.reading.node_address));
    }
  }
  return facts;
}

}  // namespace

store::Claim claim_of(std::vector<IncomingRow> rows, const Receipt& receipt,
                      std::shared_ptr<Verdict> verdict) {
  std::vector<store::Fact> facts = facts_of(rows);
  const auto body = std::make_shared<const std::vector<IncomingRow>>(std::move(rows));
  return {.judged_by = std::move(facts),
          .judge = [body, receipt, verdict = std::move(verdict)](const store::KnownFacts& known) {
            return Judge{*body, receipt, known, *verdict}.run();
          }};
}

}  // namespace shelduck::sensors
