// The answer of an import: what was read, and what became of it.
//
//   what        read  imported  updated  unchanged  pruned  rejected
//   runs          12        10        1          1       0         0
#pragma once

#include "shelduck/cli/answer.hpp"

namespace shelduck::cli {

// One document for each history that was read; several become one document whose counts are their
// sums, whose `source` is a list of theirs, and whose rejects say where they stood.
[[nodiscard]] Answer import_answer(const std::vector<Document>& reports);

}  // namespace shelduck::cli
