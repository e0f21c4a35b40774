// Headway says how far a long piece of work is, before each of its steps.
//
//   check(store, Depth::quick, [&](const Headway& headway) { draw(headway); });
//
// What the sink throws ends the work as any failure does: so it may hear that nobody waits any
// more.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace shelduck::store {

struct Headway {
  std::string_view part;  // of the work: "tables", "rules"
  std::int64_t done = 0;
  std::int64_t total = 0;
};

using HeadwaySink = std::function<void(const Headway&)>;

// Counts the steps of one part.
class PartOfWork {
 public:
  template <class Count>
  PartOfWork(const HeadwaySink& sink, std::string_view part, Count total)
      : sink_(sink), headway_{.part = part, .total = static_cast<std::int64_t>(total)} {}

  // The next step begins.
  void step() {
    if (sink_) sink_(headway_);
    ++headway_.done;
  }

 private:
  const HeadwaySink& sink_;
  Headway headway_;
};

}  // namespace shelduck::store
