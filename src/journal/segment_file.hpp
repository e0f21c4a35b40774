// Segment files by name: what lies in a journal's folder, and where a segment goes in its life.
//
//   <id>.tmp      being made by a writer that holds its lock
//   <id>.seg      may be written by whoever holds its lock, and adopted
//   <id>.import   being written by an import; whoever holds its lock has not answered for it yet,
//   so
//                 nobody else waits for it. Never adopted
//   <id>.closed   a write or sync failed on it: read, never adopted
//   archive/<id>.seg, archive/<id>.upto-<sequence>.seg, archive/<pack>.pack
//   damaged/<id>.seg, damaged/<id>.upto-<sequence>.seg
//
// "upto" is the last sequence that counts in a segment whose rest is void.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/uuid.hpp"
#include "shelduck/journal/file_system.hpp"

namespace shelduck::journal {

enum class Shelf { unfinished, open, import, closed, archive, damaged };

// Where a segment of the journal's own may stand.
inline constexpr std::array kJournalShelves{Shelf::open, Shelf::import, Shelf::closed};

// How far something was read: every frame of the segment up to and with `sequence` (from 1; 0 is
// the segment's start).
struct Position {
  Uuid segment;
  std::uint64_t sequence = 0;

  auto operator<=>(const Position&) const = default;
};

// Where the bytes of one segment are: a file of its own, or a part of a pack.
struct SegmentFile {
  Uuid id;
  Shelf shelf = Shelf::open;
  std::string path;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> bytes;       // none: to the end of the file
  std::optional<std::uint64_t> void_after;  // frames after this sequence do not count
};

[[nodiscard]] std::string segment_path(const std::string& directory, const Uuid& id, Shelf shelf);

// The segments of the journal folder itself (unfinished to closed), ordered by id and by that
// by age. A segment that a power cut left under two names is listed once, as closed if it can be.
[[nodiscard]] std::vector<SegmentFile> list_segments(FileSystem& files,
                                                     const std::string& directory);

// A segment file of archive/ or damaged/; none when the name is not one.
[[nodiscard]] std::optional<SegmentFile> parse_kept_name(std::string_view name);

}  // namespace shelduck::journal
