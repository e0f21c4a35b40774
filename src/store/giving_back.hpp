// GivingBack says when memory that work left behind is let go of: after each `pause` at work, and
// once more at rest.
//
//   if (giving_.is_due(work, now)) giving_.tried(now);
//   ...
//   giving_.done(work);
//
// Work that begins after a rest has the whole pause before it: else who asks now and then would
// meet empty caches with the first question and, as these are dropped again at once, with the
// second. Threads: one at a time. Private to the store.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "shelduck/core/time.hpp"

namespace shelduck::store::detail {

class GivingBack {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit GivingBack(Seconds pause)
      : pause_(std::chrono::duration_cast<TimePoint::duration>(pause)) {}

  // `work` grows with all that is done; to be asked now and then at rest too. What the opening of a
  // store left behind goes with the first work.
  [[nodiscard]] bool is_due(std::uint64_t work, TimePoint now) {
    if (work != done_) return now >= next_;
    next_ = now + pause_;
    return false;
  }

  void tried(TimePoint now) { next_ = now + pause_; }
  // All that this work left behind is gone.
  void done(std::uint64_t work) { done_ = work; }

 private:
  TimePoint::duration pause_;
  TimePoint next_{};
  std::optional<std::uint64_t> done_{};
};

}  // namespace shelduck::store::detail
