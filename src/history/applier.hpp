// apply() turns a slice of the journal into rows: exactly once, in any order and split.
//
// One batch is read, judged against deletes and prunes, merged with the rows it touches, written
// back in bulk, and then what is derived from rows (covered executions, scores of forecasts) is
// derived again where it can have changed. Cost: one look-up by id per table and batch, one append.
#pragma once

#include <span>

#include "shelduck/store/domain.hpp"

namespace shelduck::history {

void apply(store::ApplyContext& context, std::span<const store::Frame> frames);

}  // namespace shelduck::history
