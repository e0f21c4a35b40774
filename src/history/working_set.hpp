// WorkingSet<Row> holds the rows of one table that a batch touches: those that exist, as they are
// stored, and those that the batch makes. save() writes back what changed.
//
// Field updates lie over what the facts say: they are taken off when a row is loaded and laid on
// again before it is saved, so that facts merge with facts.
#pragma once

#include <map>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "shelduck/history/field.hpp"
#include "shelduck/history/staging.hpp"
#include "shelduck/history/updates.hpp"

namespace shelduck::history {

template <class Row>
class WorkingSet {
 public:
  using Ids = std::unordered_set<Uuid, UuidHash>;

  struct Entry {
    Row row;
    bool is_stored = false;
    bool is_changed = false;
  };

  void load(store::Transaction& transaction, const Ids& ids, const Updates& updates) {
    entries_.reserve(ids.size());
    if (ids.empty() || is_empty(transaction)) return;
    const StagedIds staged{transaction, ids};
    static const std::string kSql =
        "SELECT " + column_list<Row>() + " FROM " + std::string(Row::kTable) +
        " t SEMI JOIN staged_ids s ON s.id = t." + std::string(Row::kId) + " WHERE t." +
        std::string(Row::kId) + " >= ?";
    for (const store::Row stored : transaction.query(kSql, {staged.lowest()})) {
      Row row = read_row<Row>(stored);
      updates.take_off(row);
      const Uuid id = row.id.uuid;
      entries_.emplace(id, Entry{std::move(row), true, false});
    }
  }

  [[nodiscard]] Entry* find(const Uuid& id) {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
  }

  Entry& add(Row row) {
    const Uuid id = row.id.uuid;
    return entries_.emplace(id, Entry{std::move(row), false, true}).first->second;
  }

  [[nodiscard]] const std::unordered_map<Uuid, Entry, UuidHash>& entries() const {
    return entries_;
  }

  // Replaces the stored rows that changed and appends the new ones.
  void save(store::Transaction& transaction, Updates& updates) {
    Ids replaced;
    std::vector<const Row*> rows;
    for (auto& [id, entry] : entries_) {
      if (!entry.is_changed && !updates.is_fresh(id)) continue;
      updates.lay_on(entry.row);
      if (entry.is_stored) replaced.insert(id);
      rows.push_back(&entry.row);
    }
    if (!replaced.empty()) {
      const StagedIds staged{transaction, replaced};
      static const std::string kSql =
          "DELETE FROM " + std::string(Row::kTable) + " WHERE " + std::string(Row::kId) +
          " IN (SELECT id FROM staged_ids) AND " + std::string(Row::kId) + " >= ?";
      transaction.execute(kSql, {staged.lowest()});
    }
    std::sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) { return a->id < b->id; });
    append_rows<Row>(transaction, rows);
  }

 private:
  static bool is_empty(store::Transaction& transaction) {
    static const std::string kSql = "SELECT 1 FROM " + std::string(Row::kTable) + " LIMIT 1";
    return !transaction.query(kSql).first();
  }

  std::unordered_map<Uuid, Entry, UuidHash> entries_;
};

}  // namespace shelduck::history
