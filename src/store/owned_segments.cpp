#include "shelduck/store/owned_segments.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "shelduck/journal/segment_file.hpp"

namespace shelduck::store::detail {

OwnedSegments::OwnedSegments(journal::FileSystem& files, journal::BacklogOptions options,
                             const HousekeepingLimits& limits)
    : files_(files), limits_(limits), backlog_(files, std::move(options)) {}

void OwnedSegments::release_all() {
  for (journal::SegmentReader* segment : backlog_.segments()) {
    if (segment->owned()) segment->disown();
  }
}

void OwnedSegments::release(Session& session, Following following) {
  const std::vector<journal::SegmentReader*> segments = backlog_.segments();
  const std::size_t most = limits_.segments_max;
  std::size_t surplus = segments.size() - std::min(segments.size(), most);
  if (surplus == 0 && std::ranges::none_of(segments, &journal::SegmentReader::owned)) return;
  const Positions positions = session.positions();
  for (journal::SegmentReader* segment : segments) {
    const bool is_owned = segment->owned() || (surplus > 0 && take_back(*segment));
    if (!is_owned || is_ready_for_archive(*segment, positions)) continue;
    const bool is_whole = is_applied(*segment, positions);
    if (is_whole && surplus > 0) {
      --surplus;
      continue;
    }
    if (is_whole && following == Following::nothing) segment->settle();
    segment->disown();
  }
}

// Who wrote to it meanwhile may have died over it: it is judged first.
bool OwnedSegments::take_back(journal::SegmentReader& segment) {
  if (!segment.is_settled() || !backlog_.try_own(segment)) return false;
  if (segment.is_settled()) return true;
  segment.disown();
  return false;
}

bool OwnedSegments::is_applied(const journal::SegmentReader& segment, const Positions& positions) {
  const auto position = positions.find(segment.file().id);
  return segment.end() == journal::SegmentEnd::clean && position != positions.end() &&
         position->second >= segment.last_record();
}

bool OwnedSegments::is_ready_for_archive(const journal::SegmentReader& segment,
                                         const Positions& positions) {
  const auto position = positions.find(segment.file().id);
  const std::uint64_t applied = position == positions.end() ? 0 : position->second;
  if (applied < segment.last_record()) return false;
  switch (segment.end()) {
    case journal::SegmentEnd::live:
    case journal::SegmentEnd::newer:
    case journal::SegmentEnd::foreign:
      return false;
    case journal::SegmentEnd::torn:
    case journal::SegmentEnd::void_after:
      return true;
    case journal::SegmentEnd::clean:
      break;
  }
  // Nobody writes to it any more.
  if (segment.file().shelf != journal::Shelf::open || !segment.damaged().empty()) return true;
  const auto status = files_.status(segment.file().path);
  return status && status->bytes >= limits_.segment_bytes;
}

}  // namespace shelduck::store::detail
