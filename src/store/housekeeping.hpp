// Housekeeping is the work after the answer: archive what is applied, back up what was archived,
// delete what the backup covers. Private to the store.
//
// Each step leaves a state from which any later owner goes on, so it may end after any of them: at
// the end of its time, or with the process.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shelduck/journal/archive.hpp"
#include "shelduck/store/owner.hpp"

namespace shelduck::store::detail {

class Housekeeping {
 public:
  Housekeeping(Owner& owner, Instant end);

  FinishReport run();

 private:
  [[nodiscard]] bool has_time();
  void archive_segments();
  // Returns those that were renamed: one at least, however long the checkpoint took, so that each
  // slice comes further.
  [[nodiscard]] std::vector<journal::SegmentReader*> keep(
      const std::vector<journal::SegmentReader*>& ready);
  [[nodiscard]] bool keep(journal::SegmentReader& segment, bool is_needed);
  void back_up();
  [[nodiscard]] bool is_backup_due();
  void delete_covered();
  void forget_positions();
  [[nodiscard]] bool has_file(const Uuid& segment);
  void release_damaged();
  void pack();

  Owner& owner_;
  Instant end_;
  journal::Archive archive_;
  FinishReport report_;
};

}  // namespace shelduck::store::detail
