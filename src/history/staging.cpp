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

namespace {

constexpr std::size_t kFewIds = 32;

}  // namespace

std::string listed(std::span<const Uuid> ids) {
  std::string text;
  for (const Uuid& id : ids) text += (text.empty() ? "('" : ", '") + to_string(id) + "'";
  return text + ")";
}

WantedIds::WantedIds(store::Transaction& transaction, std::span<const Uuid> ids) {
  if (ids.empty()) {
    few_ = "(NULL)";
  } else if (ids.size() <= kFewIds) {
    few_ = listed(ids);
  } else {
    lowest_ = StagedIds{transaction, ids}.lowest();
  }
}

std::string WantedIds::among(std::string_view column) const {
  const std::string name{column};
  if (!few_.empty()) return name + " IN " + few_;
  return name + " IN (SELECT id FROM staged_ids) AND " + name + " >= '" + to_string(lowest_) + "'";
}

}  // namespace shelduck::history
