// Handlers of `shelduck predict`, `remaining` and `calibration`.
#pragma once

#include "shelduck/cli/handlers.hpp"

namespace shelduck::cli {

// Stores what it shows, so that it can be scored; where that is not possible it says so.
[[nodiscard]] Answer predict(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer predict_nothing(const Request& request);
[[nodiscard]] Answer show_remaining(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_no_remaining(const Request& request);
[[nodiscard]] Answer show_calibration(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_no_calibration(const Request& request);

}  // namespace shelduck::cli
