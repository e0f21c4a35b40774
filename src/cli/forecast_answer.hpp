// The answers of predict, remaining and calibration, from their documents.
//
//   plugin  phase    wall clock                CPU                  n  model
//   apt     EXECUTE  2m 32s (1m 50s to 4m)     12s (9.5s to 16s)   24  median
//   snap    EXECUTE  not enough, have 4, need 5
#pragma once

#include "shelduck/cli/answer.hpp"

namespace shelduck::cli {

[[nodiscard]] Answer predict_answer(Document document);    // {"level", "plugins", "total", "plan"}
[[nodiscard]] Answer remaining_answer(Document document);  // {"elapsed_seconds", "remaining", ...}
[[nodiscard]] Answer calibration_answer(Document document);  // {"rows"}

}  // namespace shelduck::cli
