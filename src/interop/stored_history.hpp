// StoredHistory tells an importer what is stored already, wherever that is: each question and its
// answer are bytes, so that the importer may stand in another process than the database.
//
//   StoredHistory stored{[&](std::string_view question) {
//     return answer_import_question(connection, question);
//   }};
//   const history::StoredEntries entries = stored.entries(executions, runs);
//
// Both ends are of one version: the bytes are never kept.
// Threads: one. Failure: Error of `ask`, and corrupt for bytes that nobody here writes.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/history/stored_entries.hpp"

namespace shelduck::store {
struct Record;
class Store;
}  // namespace shelduck::store

namespace shelduck::interop {

// Where an import goes.
struct ImportTarget {
  std::function<std::string(std::string_view question)> ask;
  // Durable when it returns, and seen by every question that is asked afterwards.
  std::function<void(std::span<const store::Record> records)> write;
};

// An open store of this process.
[[nodiscard]] ImportTarget target_of(store::Store& store);

// The answering side.
[[nodiscard]] std::string answer_import_question(store::Connection& connection,
                                                 std::string_view question);

// Whether its answer only confirms what was written: an empty one says that nobody could be asked.
[[nodiscard]] bool is_about_sums(std::string_view question);

class StoredHistory {
 public:
  explicit StoredHistory(std::function<std::string(std::string_view)> ask) : ask_(std::move(ask)) {}

  [[nodiscard]] std::map<std::string, Instant> horizons() const;
  [[nodiscard]] history::StoredEntries entries(std::span<const history::ExecutionId> executions,
                                               std::span<const history::RunId> runs) const;
  // Nothing where nobody could be asked.
  [[nodiscard]] std::optional<history::StoredSums> sums(
      std::span<const history::ExecutionId> executions) const;

  // Leave those that are not stored, or not in that version.
  void drop_known(std::vector<history::ForecastIssued>& forecasts) const;
  void drop_known(std::vector<history::PluginAliased>& aliases) const;
  void drop_known(std::vector<history::FieldUpdated>& updates) const;

 private:
  std::function<std::string(std::string_view)> ask_;
};

}  // namespace shelduck::interop
