// StagedIds puts the ids of a batch into the TEMP table `staged_ids` for set-based statements, in
// place of those that stood there; one may be named twice. One at a time on a connection.
#pragma once

#include <span>
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

}  // namespace shelduck::history
