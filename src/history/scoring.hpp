// Scoring gives forecasts their truth: the successful execution of that plugin and phase with the
// smallest start after `issued_at`; for a total, the first run in which all its plugins succeeded.
//
// A score is a function of the rows alone: one that arrives later but started earlier replaces it.
#pragma once

#include "shelduck/store/transaction.hpp"

namespace shelduck::history {

void derive_scores(store::Transaction& transaction);

}  // namespace shelduck::history
