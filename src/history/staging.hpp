// StagedIds puts the ids of a batch into the TEMP table `staged_ids` for set-based statements, in
// place of those that stood there; one may be named twice. One at a time on a connection.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "shelduck/core/uuid.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::history {

// Made once when the owner's connection opens.
inline constexpr std::string_view kStagingSql = "CREATE TEMP TABLE staged_ids (id UUID NOT NULL)";

class StagedIds {
 public:
  StagedIds(store::Transaction& transaction, std::span<const Uuid> ids);

  // The lowest staged id: ids sort by time, so `id >= lowest()` spares the engine whole row groups.
  [[nodiscard]] const Uuid& lowest() const noexcept { return lowest_; }

 private:
  Uuid lowest_;
};

// The ids that a batch concerns, as a condition of a statement: few stand in it as they are, which
// costs a record that comes alone a third of what staging does; many are staged.
class WantedIds {
 public:
  WantedIds(store::Transaction& transaction, std::span<const Uuid> ids);

  // "t.run_id IN (...)"; nothing is in an empty set.
  [[nodiscard]] std::string among(std::string_view column) const;

 private:
  std::string few_;  // none: they are staged
  Uuid lowest_;
};

// "('...', '...')"; one at least.
[[nodiscard]] std::string listed(std::span<const Uuid> ids);

}  // namespace shelduck::history
