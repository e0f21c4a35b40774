// Calibration: did the intervals hold as often as they said? Per plugin, target and level, over the
// stored forecasts whose truth has come. Of several forecasts with the same truth the last counts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/forecast/scoring.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {

struct CalibrationRow {
  std::optional<std::string> plugin_name;  // none: totals
  std::string target;
  double level = 0.9;  // a fraction
  forecast::Scorecard card;
  double level_adaptive = 0.9;  // what adaptive conformal inference would use next
};

struct Calibration {
  std::vector<CalibrationRow> rows;  // by plugin, target, level; totals last
};

[[nodiscard]] Calibration calibration(store::Connection& connection);

[[nodiscard]] Document document(const Calibration& calibration);

}  // namespace shelduck::history
