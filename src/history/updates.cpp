#include "shelduck/history/updates.hpp"

#include <algorithm>
#include <tuple>

#include "shelduck/history/staging.hpp"

namespace shelduck::history {

Updates::Updates(store::Transaction& transaction, std::vector<Uuid> ids, const Batch& batch) {
  const bool is_any_stored =
      transaction.query("SELECT 1 FROM field_updates LIMIT 1").first().has_value();
  if (is_any_stored) {
    for (const FieldUpdated& update : batch.updates) ids.push_back(update.id);
    const WantedIds wanted{transaction, ids};
    for (const store::Row row : transaction.query(
             "SELECT t.id, t.entity, t.field, t.value, t.version, t.base, t.is_laid_on "
             "FROM field_updates t WHERE " +
             wanted.among("t.id"))) {
      by_id_[row.get<Uuid>(0)].push_back(
          {static_cast<Entity>(row.get<std::int64_t>(1)), row.get<std::string>(2),
           row.get<FieldText>(3), row.get<Uuid>(4), row.get<FieldText>(5), row.get<bool>(6)});
    }
  }
  for (const FieldUpdated& update : batch.updates) {
    put(update.id, {update.entity, update.field, update.value, update.version, {}, false});
  }
}

void Updates::put(const Uuid& id, Overlay overlay) {
  std::vector<Overlay>& overlays = by_id_[id];
  const auto found = std::find_if(overlays.begin(), overlays.end(), [&](const Overlay& other) {
    return other.entity == overlay.entity && other.field == overlay.field;
  });
  if (found == overlays.end()) {
    overlays.push_back(std::move(overlay));
    fresh_.insert(id);
  } else if (std::tie(found->version, found->value) < std::tie(overlay.version, overlay.value)) {
    found->version = overlay.version;
    found->value = std::move(overlay.value);
    fresh_.insert(id);
  }
}

std::vector<Uuid> Updates::ids_of(Entity entity) const {
  std::vector<Uuid> ids;
  for (const auto& [id, overlays] : by_id_) {
    const bool is_any = std::any_of(overlays.begin(), overlays.end(),
                                    [&](const Overlay& o) { return o.entity == entity; });
    if (is_any) ids.push_back(id);
  }
  return ids;
}

void Updates::save(store::Transaction& transaction) const {
  if (by_id_.empty()) return;
  for (const auto& [id, overlays] : by_id_) {
    transaction.execute("DELETE FROM field_updates WHERE id = ?", {id});
    for (const Overlay& overlay : overlays) {
      transaction.execute("INSERT INTO field_updates VALUES (?, ?, ?, ?, ?, ?, ?)",
                          {static_cast<std::int64_t>(overlay.entity), id, overlay.field,
                           overlay.value, overlay.version, overlay.base, overlay.is_laid_on});
    }
  }
}

}  // namespace shelduck::history
