// WorkingSet<Row> holds the rows of one table that a batch touches: those that exist, as they are
// stored, and those that the batch makes. save() writes back what changed.
//
// Field updates lie over what the facts say: they are taken off when a row is loaded and laid on
// again before it is saved, so that facts merge with facts.
#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "shelduck/history/field.hpp"
#include "shelduck/history/staging.hpp"
#include "shelduck/history/updates.hpp"

namespace shelduck::history {

template <class Row>
class WorkingSet {
 public:
  struct Entry {
    Row row;
    bool is_stored = false;
    bool is_changed = false;
  };

  // The batch says something of this id; all of them are touched before load().
  void touch(const Uuid& id) { index_.try_emplace(id, nullptr); }

  [[nodiscard]] bool is_touched(const Uuid& id) const { return index_.contains(id); }

  [[nodiscard]] std::vector<Uuid> touched() const {
    std::vector<Uuid> ids;
    ids.reserve(index_.size());
    for (const auto& [id, entry] : index_) ids.push_back(id);
    return ids;
  }

  void load(store::Transaction& transaction, const Updates& updates) {
    if (index_.empty()) return;
    const WantedIds wanted{transaction, touched()};
    static const std::string kSelect =
        "SELECT " + column_list<Row>() + " FROM " + std::string(Row::kTable) + " t WHERE ";
    static const std::string kColumn = "t." + std::string(Row::kId);
    for (const store::Row stored : transaction.query(kSelect + wanted.among(kColumn))) {
      Row row = read_row<Row>(stored);
      updates.take_off(row);
      keep({std::move(row), true, false});
    }
  }

  [[nodiscard]] Entry* find(const Uuid& id) {
    const auto found = index_.find(id);
    return found == index_.end() ? nullptr : found->second;
  }

  Entry& add(Row row) { return keep({std::move(row), false, true}); }

  // Those that were stored, then the others in the order in which they were added.
  [[nodiscard]] const std::deque<Entry>& entries() const { return entries_; }

  // Replaces the stored rows that changed and appends the new ones.
  void save(store::Transaction& transaction, Updates& updates) {
    std::vector<Uuid> replaced;
    std::vector<const Row*> rows;
    for (Entry& entry : entries_) {
      if (!entry.is_changed && !updates.is_fresh(entry.row.id.uuid)) continue;
      updates.lay_on(entry.row);
      if (entry.is_stored) replaced.push_back(entry.row.id.uuid);
      rows.push_back(&entry.row);
    }
    if (!replaced.empty()) {
      static const std::string kDelete = "DELETE FROM " + std::string(Row::kTable) + " WHERE ";
      const WantedIds wanted{transaction, replaced};
      transaction.execute(kDelete + wanted.among(Row::kId));
    }
    // Ids sort by time, so that what is recorded here comes in their order.
    const auto id = [](const Row* row) { return row->id; };
    if (!std::ranges::is_sorted(rows, {}, id)) std::ranges::sort(rows, {}, id);
    append_rows<Row>(transaction, rows);
  }

 private:
  Entry& keep(Entry entry) {
    entries_.push_back(std::move(entry));
    index_[entries_.back().row.id.uuid] = &entries_.back();
    return entries_.back();
  }

  std::deque<Entry> entries_;                         // stay where they are
  std::unordered_map<Uuid, Entry*, UuidHash> index_;  // of touched ids; null: there is no row
};

}  // namespace shelduck::history
