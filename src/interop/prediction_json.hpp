// The body of a request for a prediction: what `shelduck predict` takes as options.
//
//   {"plugins": ["apt"], "packages": 12, "level": 0.9, "plan": {"waves": [["apt", "snap"],
//   ["npm"]]}}
//
// Strict as recorded_json.hpp, with the same failures. A plan has no file whose name could stand in
// the answer; it is named by its content, so that two plans are two forecasts.
#pragma once

#include <string_view>

#include "shelduck/core/document.hpp"
#include "shelduck/history/prediction.hpp"

namespace shelduck::interop {

[[nodiscard]] history::PredictOptions parse_prediction(std::string_view body);

[[nodiscard]] Document prediction_schema();

}  // namespace shelduck::interop
