#include "shelduck/history/table.hpp"

#include <algorithm>

namespace shelduck::history::detail {

std::optional<Origin> parse_origin(std::string_view text) {
  const auto found = std::find(kOriginNames.begin(), kOriginNames.end(), text);
  if (found == kOriginNames.end()) return std::nullopt;
  return static_cast<Origin>(found - kOriginNames.begin());
}

store::Column ColumnBuilder::column() const {
  const std::span<const std::uint8_t> present{present_};
  if (!integers_.empty()) return {std::span{integers_}, present};
  if (!numbers_.empty()) return {std::span{numbers_}, present};
  if (!instants_.empty()) return {std::span{instants_}, present};
  if (!uuids_.empty()) return {std::span{uuids_}, present};
  return {std::span{texts_}, present};
}

std::vector<store::Column> ColumnBuilders::columns() const {
  std::vector<store::Column> columns;
  for (const ColumnBuilder& builder : builders_) columns.push_back(builder.column());
  return columns;
}

}  // namespace shelduck::history::detail
