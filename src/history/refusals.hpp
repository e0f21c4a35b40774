// Refusals is what deletes and prunes left behind: it says which records come too late.
//
// A tombstone refuses its id and everything below it; a horizon refuses whatever of its source
// starts before it. Both are stored, so the rule is the same in any order of applying.
#pragma once

#include <map>
#include <string>
#include <unordered_set>

#include "shelduck/history/batch.hpp"

namespace shelduck::history {

// Why the content with the higher hash stands in quarantine.
inline constexpr std::string_view kConflictReason =
    "another record says something else of this id; the one with the lower hash is kept";

class Refusals {
 public:
  // Reads the horizons, and the tombstones among the ids that `batch` names.
  Refusals(store::Transaction& transaction, const Batch& batch);

  // Stores the deletes and prunes of the batch, and removes the rows that they hit.
  void enact(store::Transaction& transaction, const Batch& batch);

  // Takes out of the batch what is refused.
  void filter(Batch& batch) const;

  // Whether enact() removed rows, so that what was derived from them must be derived again.
  [[nodiscard]] bool has_removed() const noexcept { return has_removed_; }

 private:
  [[nodiscard]] bool refuses(const RunKey& key) const;
  [[nodiscard]] bool refuses(const ExecutionKey& key) const;
  // A refused record has no quarrel with another one: in another order there would be none.
  void remove_refused_conflicts(store::Transaction& transaction) const;
  [[nodiscard]] bool is_pruned(const std::string& source, Instant start) const;

  std::unordered_set<Uuid, UuidHash> tombstones_;
  std::map<std::string, Instant> horizons_;
  bool has_removed_ = false;
};

}  // namespace shelduck::history
