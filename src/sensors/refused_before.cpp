#include "shelduck/sensors/refused_before.hpp"

#include "shelduck/sensors/records/record.hpp"

namespace shelduck::sensors {

ReadingStore::RefusedBefore refused_before(store::Transaction& snapshot, std::int64_t at) {
  ReadingStore::RefusedBefore found{
      .rows = snapshot.query("SELECT count(*) FROM refused_rows WHERE \"at\" < ?", {at})
                  .first()
                  ->get<std::int64_t>(0)};
  const store::Result ids =
      snapshot.query("SELECT id FROM refused_rows WHERE \"at\" < ? AND source = ? ORDER BY id",
                     {at, kMetAtApplying});
  for (const store::Row row : ids) found.met_at_applying.push_back(row.get<Uuid>(0));
  return found;
}

}  // namespace shelduck::sensors
