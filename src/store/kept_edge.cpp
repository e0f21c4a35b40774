#include "shelduck/store/kept_edge.hpp"

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/identity.hpp"

namespace shelduck::store::detail {

void KeptEdge::doubt_after(std::span<const Record> records) noexcept {
  if (!domain_.edge) return;
  if (std::ranges::find(records, domain_.edge->record_type, &Record::type) != records.end()) {
    doubt();
  }
}

std::optional<Record> KeptEdge::owed_record(Connection& connection) {
  if (!is_doubted()) return std::nullopt;
  const std::optional<std::int64_t> kept = journal::read_edge(files_, directory_);
  if (!kept || domain_.edge->stored(connection) >= kept) return std::nullopt;
  return domain_.edge->record(*kept);
}

void KeptEdge::keep(Connection& connection) {
  if (!is_doubted()) return;
  is_doubted_ = false;
  try {
    const std::optional<std::int64_t> stored = domain_.edge->stored(connection);
    if (stored) journal::advance_edge(files_, directory_, *stored);
  } catch (const Error&) {
    doubt();
    throw;
  }
}

}  // namespace shelduck::store::detail
