// What a store takes: memory by component, rows by table, the file, the journal, and what waits.
//
//   const StoreStats stats = store_stats(store);
//
// Memory is that of this process: of the engine, by its own account, and in all, by the system's.
// Threads and failure: as Store::apply(), which it begins with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/store/backend.hpp"
#include "shelduck/store/backup.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::store {

class Store;

struct StoreStats {
  Backend backend = Backend::duckdb;

  struct Memory {
    std::int64_t limit_bytes = 0;     // the engine's
    std::int64_t engine_bytes = 0;    // all components together
    std::int64_t resident_bytes = 0;  // of the process
    std::vector<MemoryUse> components;
  } memory;

  struct File {
    std::int64_t bytes = 0;
    std::int64_t free_bytes = 0;  // of those: room that new rows use first
    std::int64_t log_bytes = 0;   // beside it, not moved into it yet
  } file;

  struct Journal {
    std::int64_t segments = 0;  // of the folder itself: what may be written, or is not applied
    std::int64_t bytes = 0;
    std::int64_t archived_bytes = 0;   // applied, kept until a backup has it
    std::int64_t damaged_bytes = 0;    // set aside, because something of it was refused
    std::int64_t waiting_records = 0;  // acknowledged and in no table: no space, or a newer type
  } journal;

  std::vector<TableState> tables;  // by name, without digests
};

[[nodiscard]] StoreStats store_stats(Store& store);

[[nodiscard]] Document document(const StoreStats& stats);

}  // namespace shelduck::store
