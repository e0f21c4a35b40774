// OwnedSegments are the segments of a journal that an owner took over, and when he lets go of each.
// Private to the store.
#pragma once

#include "shelduck/journal/backlog.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/segment_reader.hpp"
#include "shelduck/store/session.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::store::detail {

// What follows from the records of segments that are applied.
enum class Following { nothing, not_known };

class OwnedSegments {
 public:
  OwnedSegments(journal::FileSystem& files, journal::BacklogOptions options,
                const HousekeepingLimits& limits);

  [[nodiscard]] journal::Backlog& backlog() { return backlog_; }

  void release_all();
  // Segments that are to be archived stay locked, all others may be adopted again. Those from which
  // nothing follows any more are left alone until they grow.
  void release(Session& session, Following following);

  // All of it, up to an end that is no doubt.
  [[nodiscard]] static bool is_applied(const journal::SegmentReader& segment,
                                       const Positions& positions);
  [[nodiscard]] bool is_ready_for_archive(const journal::SegmentReader& segment,
                                          const Positions& positions);

 private:
  // One that was left alone; false where somebody writes to it, or did.
  [[nodiscard]] bool take_back(journal::SegmentReader& segment);

  journal::FileSystem& files_;
  const HousekeepingLimits limits_;
  journal::Backlog backlog_;
};

}  // namespace shelduck::store::detail
