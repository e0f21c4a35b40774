#include "shelduck/history/staging.hpp"

#include <algorithm>
#include <vector>

#include "shelduck/store/appender.hpp"

namespace shelduck::history {

StagedIds::StagedIds(store::Transaction& transaction,
                     const std::unordered_set<Uuid, UuidHash>& ids) {
  transaction.execute("DELETE FROM staged_ids");
  if (ids.empty()) return;
  const std::vector<Uuid> list(ids.begin(), ids.end());
  lowest_ = *std::min_element(list.begin(), list.end());
  store::Appender appender{transaction, "staged_ids"};
  appender.append({store::Column{std::span<const Uuid>{list}}});
  appender.close();
}

}  // namespace shelduck::history
