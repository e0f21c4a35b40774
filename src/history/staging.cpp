#include "shelduck/history/staging.hpp"

#include <algorithm>

#include "shelduck/store/appender.hpp"

namespace shelduck::history {

StagedIds::StagedIds(store::Transaction& transaction, std::span<const Uuid> ids) {
  transaction.execute("DELETE FROM staged_ids");
  if (ids.empty()) return;
  lowest_ = *std::ranges::min_element(ids);
  store::Appender appender{transaction, "staged_ids"};
  appender.append({store::Column{ids}});
  appender.close();
}

}  // namespace shelduck::history
