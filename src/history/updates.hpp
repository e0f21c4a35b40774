// Updates are the FieldUpdated records that concern a batch: per (entity, id, field) the highest
// version, with the value that the facts say beneath it. One id may name two entities: clients
// choose ids.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "shelduck/history/batch.hpp"
#include "shelduck/history/field.hpp"

namespace shelduck::history {

class Updates {
 public:
  // Those stored for any of `ids`, joined with those of the batch.
  Updates(store::Transaction& transaction, std::vector<Uuid> ids, const Batch& batch);

  template <class Row>
  void take_off(Row& row) const {
    const auto found = by_id_.find(row.id.uuid);
    if (found == by_id_.end()) return;
    for (const Overlay& overlay : found->second) {
      if (overlay.entity == Row::kEntity && overlay.is_laid_on) {
        set_field(row, overlay.field, overlay.base);
      }
    }
  }

  template <class Row>
  void lay_on(Row& row) {
    const auto found = by_id_.find(row.id.uuid);
    if (found == by_id_.end()) return;
    for (Overlay& overlay : found->second) {
      if (overlay.entity != Row::kEntity) continue;
      overlay.base = get_field(row, overlay.field);
      overlay.is_laid_on = true;
      set_field(row, overlay.field, overlay.value);
    }
  }

  // Whether this batch brought an update of the id that wins.
  [[nodiscard]] bool is_fresh(const Uuid& id) const { return fresh_.contains(id); }

  // Whether any value lies over the facts of this id.
  [[nodiscard]] bool is_any_over(const Uuid& id) const { return by_id_.contains(id); }

  [[nodiscard]] std::vector<Uuid> ids_of(Entity entity) const;

  // Writes every overlay of the touched ids back.
  void save(store::Transaction& transaction) const;

 private:
  struct Overlay {
    Entity entity = Entity::run;
    std::string field;
    FieldText value;
    Uuid version;
    FieldText base;
    bool is_laid_on = false;  // the stored row carries `value`, and `base` is what it covers
  };

  void put(const Uuid& id, Overlay overlay);

  std::unordered_map<Uuid, std::vector<Overlay>, UuidHash> by_id_;
  std::unordered_set<Uuid, UuidHash> fresh_;
};

}  // namespace shelduck::history
