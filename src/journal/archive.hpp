// Archive keeps segments that are applied as a whole, until a backup covers them.
//
//   Archive archive{files, folder};
//   archive.keep(reader);                  // owned, read to its end, applied, checkpointed
//   archive.sync();                        // of all that were kept
//   archive.pack({...});                   // many small files become one
//   archive.remove(covered);               // then drop their position rows
//
// Every step is safe to be cut short: a file is on the disk under its new name before the old goes,
// and a segment that a crash left in two places is listed once.
//
// Threads: the owner of the database only. Failure: Error of the file system.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/segment_file.hpp"
#include "shelduck/journal/segment_reader.hpp"

namespace shelduck::journal {

// A file of the archive and the segments in it: one, or those of a pack.
struct ArchivedFile {
  std::string path;
  std::uint64_t bytes = 0;
  std::vector<SegmentFile> segments;
};

class Archive {
 public:
  // `directory` is the journal's. `files` must outlive this object.
  Archive(FileSystem& files, std::string directory);

  // Renames the segment into archive/ under its lock, which is let go after sync(). The reader must
  // own it and have reached an end that is not live, newer or foreign; it stays usable. False, and
  // nothing done, while a segment that this one declares void is still in the journal: who reads
  // the journal must find the notice there.
  [[nodiscard]] bool keep(SegmentReader& owned);
  // The same into damaged/, for a segment with damaged ranges or quarantined records that are only
  // in it.
  [[nodiscard]] bool keep_damaged(SegmentReader& owned);
  // Of both shelves and of the journal: two or three syncs, however many segments were renamed.
  void sync();
  // From damaged/ into the archive, when the last row that needs it was dropped.
  void release_damaged(const Uuid& segment);

  [[nodiscard]] std::vector<ArchivedFile> list() const;
  [[nodiscard]] std::vector<SegmentFile> list_damaged() const;
  [[nodiscard]] std::uint64_t bytes() const;

  // Makes one pack of these files (of list()), durably, then removes them. Less than two: nothing.
  void pack(std::span<const ArchivedFile> small, const Clock& clock, const RandomSource& random);

  // Deletes the files whose segments are all named. Returns the segments that are gone; those that
  // share a pack with others stay.
  std::vector<Uuid> remove(std::span<const Uuid> covered);

  // Removes what a crash left: unfinished packs, and files whose segments are all in a pack too.
  void tidy();

 private:
  bool move(SegmentReader& owned, Shelf shelf);
  [[nodiscard]] bool is_in_journal(const Uuid& segment) const;
  [[nodiscard]] std::string shelf_directory(Shelf shelf) const;
  void make_shelf(Shelf shelf);

  FileSystem& files_;
  std::string directory_;
};

}  // namespace shelduck::journal
