// Compacting gives the space of deleted rows back to the file system. The engine frees blocks
// inside its file but rarely cuts the file, so the rows are copied into a new one.
//
//   store.write(prunes);
//   const CompactReport report = compact(store, Effort::always);
//
// The new file is the verified copy that backups are made of: on the disk, with equal digests,
// positions and identity, before it takes the old one's name in one rename. Killed at any step, the
// next owner finds the old file or the new one, whole, and removes what else is left.
//
// Threads: the store's own; other connections of the store must be gone, else the file stays.
// Failure: throws cancelled, and fatal where the file cannot be opened again. That the copy has no
//          room or cannot be made is no failure: the file stays, and the note says why.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace shelduck::store {

class Connection;
class Store;

struct FileSize {
  std::int64_t file_bytes = 0;
  std::int64_t live_bytes =
      0;  // header and blocks in use: what would be left without the free ones
};

// As of the last checkpoint; changes nothing.
[[nodiscard]] FileSize file_size(Store& store);

// The least that a compacted file takes when the rows of these tables go: its header and catalog,
// the other tables, and a block for each of these that has rows now.
[[nodiscard]] std::int64_t least_bytes(Connection& connection,
                                       std::span<const std::string_view> emptied);

enum class Effort {
  if_sparse,  // copies only where an eighth of the file is free: it costs as much as the file
  always,     // copies, because blocks in use may be half empty too
};

struct CompactReport {
  std::int64_t bytes_before = 0;
  std::int64_t bytes_after = 0;
  std::string note{};  // why the file stayed as it is; empty where nothing stood in the way
};

// Checkpoints first. A copy that would save less than a block is given up.
CompactReport compact(Store& store, Effort effort);

}  // namespace shelduck::store
