// Quarantine keeps the records that broke a rule: what was refused, why, and a second chance.
//
//   for (const QuarantinedRecord& q : list_quarantine(store.connection(), {})) ...
//   retry_quarantine(store, ids);   // applies them again with the rules of this build
//   drop_quarantine(store, ids);    // gives them up for good
//
// retry and drop are journal records themselves, so that a rebuild gives the same tables.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::store {

class Store;

struct QuarantinedRecord {
  Uuid id;
  std::string source;
  std::optional<std::int64_t> bytes;  // of the record; nothing where only its position was kept
  std::string reason;
  Instant at;
  Uuid segment;
  std::uint64_t sequence = 0;
};

struct QuarantinePage {
  std::int64_t limit = 100;
  std::optional<Uuid> after{};  // the id of the last row of the page before
};

// By id.
[[nodiscard]] std::vector<QuarantinedRecord> list_quarantine(Connection& connection,
                                                             const QuarantinePage& page);

struct QuarantineReport {
  std::int64_t asked = 0;
  std::int64_t left = 0;  // still in quarantine afterwards
};

// Every row where `ids` is empty. An unknown id is ErrorKind::not_found, and nothing is done then.
QuarantineReport retry_quarantine(Store& store, std::span<const Uuid> ids);
QuarantineReport drop_quarantine(Store& store, std::span<const Uuid> ids);

[[nodiscard]] Document document(const QuarantinedRecord& record);
[[nodiscard]] Document document(const QuarantineReport& report);

}  // namespace shelduck::store
