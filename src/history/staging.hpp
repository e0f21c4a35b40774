// StagedIds puts the ids of a batch into the TEMP table `staged_ids` for set-based statements, in
// place of those that stood there. One at a time on a connection.
#pragma once

#include <string_view>
#include <unordered_set>

#include "shelduck/core/uuid.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::history {

// Made once when the owner's connection opens.
inline constexpr std::string_view kStagingSql = "CREATE TEMP TABLE staged_ids (id UUID NOT NULL)";

class StagedIds {
 public:
  StagedIds(store::Transaction& transaction, const std::unordered_set<Uuid, UuidHash>& ids);

  // The lowest staged id: ids sort by time, so `id >= lowest()` spares the engine whole row groups.
  [[nodiscard]] const Uuid& lowest() const noexcept { return lowest_; }

 private:
  Uuid lowest_;
};

}  // namespace shelduck::history
