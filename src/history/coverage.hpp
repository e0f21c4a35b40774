// Coverage: the same work told twice counts once. apt drives dpkg and writes its own log, and both
// may run under `exec`; the better origin covers the worse one.
//
// An execution is covered by the best-ranked execution of the same tool family and source whose
// span, widened by the resolution of the logs, holds its midpoint: exec and library before apt and
// dnf, those before dpkg, dnf.rpm and yum. It is a function of the rows alone, so the order in
// which they came does not matter.
#pragma once

#include <optional>

#include "shelduck/history/rows.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::history {

// Of every execution.
void derive_coverage(store::Transaction& transaction);

// From the first start to the last end of executions that may cover one another.
struct LayeredSpan {
  std::optional<Instant> first;
  std::optional<Instant> last;

  void add(const ExecutionRow& row);
};

// Of those that such a change can concern; `changed` holds it before and after. Whether any is
// covered otherwise than before.
bool derive_coverage(store::Transaction& transaction, const LayeredSpan& changed);

}  // namespace shelduck::history
