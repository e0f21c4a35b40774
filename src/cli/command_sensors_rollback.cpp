#include "shelduck/cli/command_sensors_rollback.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "shelduck/cli/node_proof.hpp"
#include "shelduck/cli/row_standing.hpp"
#include "shelduck/cli/served.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/interop/sensors/old_sensor_target.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/sensors/export_query.hpp"
#include "shelduck/sensors/node_slices.hpp"
#include "shelduck/sensors/records/record.hpp"

namespace shelduck::cli {
namespace {

// Of the refused rows of one record.
constexpr std::size_t kRefusedAtOnce = 1000;

bool fits(std::uint64_t address) { return address <= interop::kOldAddressMax; }

// A file there would be taken for the database that the journal belongs to.
void require_no_journal(const std::filesystem::path& to) {
  std::error_code failure;
  const std::filesystem::path place = std::filesystem::weakly_canonical(to, failure);
  const std::string journal = journal::journal_directory((failure ? to : place).string());
  if (!std::filesystem::exists(journal, failure)) return;
  throw Error{ErrorKind::invalid_input,
              to.string() + " is the place of a database of shelduck; nothing was written",
              {.field = "--to",
               .value = to.string(),
               .rule = "a file without a journal of shelduck beside it",
               .hint = "the journal is " + journal}};
}

// The same one whenever it is left out.
sensors::RefusedRow refused_node(const sensors::NodeRow& node, Instant now) {
  return {.at = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count(),
          .source = "rollback",
          .field = "node_address",
          .reason = "the older program's addresses are at most " +
                    std::to_string(interop::kOldAddressMax) +
                    "; the readings of this node stay here and were left out",
          .node_address = node.address,
          .timestamp = std::nullopt,
          .text = node.label};
}

class Rollback {
 public:
  Rollback(const Request& request, std::filesystem::path to)
      : request_(request),
        to_(std::move(to)),
        store_(store::Store::open(request.database, request.domain, options())),
        target_(to_, {.wait = request.opening.wait}) {}

  Answer run() {
    store_.apply();
    sort_out_nodes();
    const bool is_equal = write();
    store_.close();
    return answer(is_equal);
  }

 private:
  [[nodiscard]] store::OpenOptions options() const {
    store::OpenOptions options = request_.opening;
    options.owned_by_other = refuse_beside_server;  // it would go on taking readings meanwhile
    return options;
  }

  void sort_out_nodes() {
    {
      const auto readings = sensors::open_readings(store_.connection());
      sensors::NodeSlices slices{*readings};
      while (auto slice = slices.next()) {
        for (sensors::NodeRow& node : *slice) {
          (fits(node.address) ? nodes_ : left_out_).push_back(std::move(node));
        }
      }
    }
    sensors::RowsRefused refused;
    for (const sensors::NodeRow& node : left_out_) {
      refused.rows.push_back(refused_node(node, request_.clock()));
      if (refused.rows.size() == kRefusedAtOnce) keep(refused);
    }
    keep(refused);
  }

  void keep(sensors::RowsRefused& refused) {
    if (refused.rows.empty()) return;
    store_.write(std::vector{
        store::Record{static_cast<std::uint16_t>(sensors::RowsRefused::kType), encode(refused)}});
    refused.rows.clear();
  }

  bool write() {
    copy_readings();
    target_.fill_nodes();
    prove();
    request_.progress.clear();
    if (!is_whole_ || !are_equal(proofs_)) return false;
    target_.put_in_place();
    return true;
  }

  void copy_readings() {
    const auto readings = sensors::open_readings(store_.connection());
    for (const sensors::NodeRow& node : nodes_) rows_ += node.total_readings;
    sensors::ReadingsExport all{*readings, {}};
    std::int64_t done = 0;
    while (auto rows = all.next()) {
      request_.cancel.check();
      std::erase_if(*rows, [](const sensors::Reading& row) { return !fits(row.node_address); });
      written_ += target_.add(*rows);
      done += static_cast<std::int64_t>(rows->size());
      request_.progress.update({.label = "readings", .done = done, .total = rows_});
    }
  }

  // What is in the file is read as one that comes from the older program; where it says more or
  // less of a node than we do, row by row.
  void prove() {
    interop::OldSensorFile file = target_.reader();
    compare_sums(file);
    std::set<std::uint64_t> different;
    std::map<std::uint64_t, NodeProof*> proofs;
    for (NodeProof& proof : proofs_) {
      if (proof.is_equal()) continue;
      proof.copy = {};
      proof.missing = proof.source.rows;
      different.insert(proof.node_address);
      proofs.emplace(proof.node_address, &proof);
    }
    if (different.empty()) return;
    file.begin_again();
    look_up_rows({file, request_.domain, store_.connection(), request_.cancel}, different,
                 [&](const StandingRow& row) { proofs.at(row.key.node_address)->add_copy(row); });
  }

  void compare_sums(interop::OldSensorFile& file) {
    const NodeSums found = sums_of(file);
    const auto readings = sensors::open_readings(store_.connection());
    for (const sensors::NodeRow& node : nodes_) {
      request_.cancel.check();
      const auto theirs = found.find(node.address);
      proofs_.push_back({.node_address = node.address,
                         .source = sum_of(readings->columns_of(node.address, {})),
                         .copy = theirs == found.end() ? NodeSum{} : theirs->second});
    }
  }

  NodeSums sums_of(interop::OldSensorFile& file) {
    NodeSums sums;
    std::int64_t done = 0;
    const std::int64_t all = file.count().value_or(0);
    for (auto rows = file.next(kRowsAtOnce); !rows.empty(); rows = file.next(kRowsAtOnce)) {
      request_.cancel.check();
      for (const sensors::IncomingRow& row : rows) {
        if (row.refusal) continue;
        sums[row.reading.node_address].add(row.reading.timestamp, row.reading.values());
      }
      done += static_cast<std::int64_t>(rows.size());
      request_.progress.update({.label = "compared readings", .done = done, .total = all});
    }
    file.require_whole();
    is_whole_ = done == file.count_given();
    return sums;
  }

  [[nodiscard]] Answer answer(bool is_equal) const {
    std::int64_t left_out = 0;
    for (const sensors::NodeRow& node : left_out_) left_out += node.total_readings;
    std::int64_t conflicts = 0;
    for (const NodeProof& proof : proofs_) conflicts += proof.conflicts;
    Answer answer = proven_answer(Document::object()
                                      .set("from", request_.database.string())
                                      .set("to", to_.string())
                                      .set("rows", rows_)
                                      .set("written", written_)
                                      .set("present", rows_ - written_)
                                      .set("conflicts", conflicts)
                                      .set("left_out_nodes", left_out_.size())
                                      .set("left_out_rows", left_out)
                                      .set("is_equal", is_equal),
                                  proofs_);
    answer.exit_code = is_equal ? 0 : kExitOfDifference;
    answer.notes.push_back(std::to_string(rows_) + " readings: " + std::to_string(written_) +
                           " written, " + std::to_string(rows_ - written_) +
                           " were there before, " + std::to_string(conflicts) +
                           " of them otherwise");
    if (!left_out_.empty()) {
      answer.notes.push_back("left out: " + std::to_string(left_out) + " readings of " +
                             std::to_string(left_out_.size()) +
                             " nodes whose addresses that program cannot hold; see those with: "
                             "shelduck sensors quarantine list --db " +
                             request_.database.string());
    }
    answer.notes.emplace_back(is_equal ? "compared: every other reading is in " + to_.string()
                                       : "NOT EQUAL: " + to_.string() + " is as it was");
    return answer;
  }

  const Request& request_;
  const std::filesystem::path to_;
  store::Store store_;
  interop::OldSensorTarget target_;
  std::vector<sensors::NodeRow> nodes_;
  std::vector<sensors::NodeRow> left_out_;
  std::int64_t rows_ = 0;  // of nodes_
  std::int64_t written_ = 0;
  bool is_whole_ = false;  // all rows of the file were read
  std::vector<NodeProof> proofs_;
};

}  // namespace

Answer roll_back_readings(const Request& request) {
  const std::filesystem::path& to = request.paths.find("to")->second.front();
  std::error_code absent;
  if (std::filesystem::equivalent(to, request.database, absent)) {
    throw Error{ErrorKind::invalid_input,
                "--to is the database itself; it was not touched",
                {.field = "--to", .value = to.string(), .rule = "another file than --db"}};
  }
  require_no_journal(to);
  return Rollback{request, to}.run();
}

}  // namespace shelduck::cli
