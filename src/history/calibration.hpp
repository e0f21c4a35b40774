// Calibration: did the intervals hold as often as they said? Per plugin, target and level, over the
// stored forecasts whose truth has come. Of several forecasts with the same truth the last counts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
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
  double level_adaptive = 0.9;  // that of adaptive conformal inference, which predict uses next
};

struct Calibration {
  std::vector<CalibrationRow> rows;  // by plugin, target, level; totals last
};

[[nodiscard]] Calibration calibration(store::Connection& connection);

// The same levels alone, of the forecasts of some plugins (without names: of all) at one level;
// none where nothing is scored. A forecast at this level takes the quantile of its adaptive level,
// so that misses widen the next interval and hits narrow it.
using AdaptiveLevels = std::map<std::pair<std::string, std::string>, double>;  // plugin, target
[[nodiscard]] AdaptiveLevels adaptive_levels(store::Connection& connection,
                                             const std::vector<std::string>& plugins, double level);

[[nodiscard]] Document document(const Calibration& calibration);

}  // namespace shelduck::history
