// What the intervals of a forecast are made from, on its way through a spill file.
//
//   put_evidence(spill, evidence_of(scores, levels));
//   spill.rewind();
//   const forecast::IntervalEvidence own = take_evidence(spill);
//
// Threads: one at a time. Failure: that of the SpillFile.
#pragma once

#include "shelduck/forecast/intervals/interval_bounds.hpp"
#include "shelduck/interop/spill_file.hpp"

namespace shelduck::cli {

void put_evidence(interop::SpillFile& spill, const forecast::IntervalEvidence& own);
[[nodiscard]] forecast::IntervalEvidence take_evidence(interop::SpillFile& spill);

}  // namespace shelduck::cli
