// Conformal intervals: how far from its forecast a value may lie, counted and not assumed.
//
//   const auto rank = conformal_rank(scores.size(), 0.9);     // ceil((n + 1) 0.9), none if > n
//   const auto radius = conformal_radius(scores, 0.9);        // k-th smallest |score|
//
// If the next score is exchangeable with the n known ones, |score| <= the k-th smallest with
// k = ceil((n + 1)(1 - a)) holds with probability >= 1 - a (Vovk, Gammerman, Shafer 2005; Lei et
// al. 2018). Where k > n only an unbounded interval would be honest: the answer is then "no
// interval", with the n that would be enough. A plain sample quantile instead covers 0.83 at n
// = 10. Levels are fractions in (0, 1), everything else is an Error invalid_input.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "shelduck/forecast/backtest.hpp"
#include "shelduck/forecast/response.hpp"

namespace shelduck::forecast {

// Throws Error invalid_input unless 0 < level < 1.
void check_level(double level);

// ceil((n + 1) level), counted from 1; nothing if that is above n.
[[nodiscard]] std::optional<std::size_t> conformal_rank(std::size_t n, double level);

// The smallest n for which conformal_rank(n, level) exists: 9 for 0.9, 19 for 0.95, 99 for 0.99.
[[nodiscard]] std::size_t scores_needed(double level);

// The rank-th smallest absolute score, or nothing.
[[nodiscard]] std::optional<double> conformal_radius(std::span<const double> scores, double level);

// Signed standardised errors of a backtest, oldest first: (to_scale(y_t) - centre_t) / spread_t.
// Infinite where the response of the value is infinite (a zero under a log without offset).
[[nodiscard]] std::vector<double> backtest_scores(const Backtest& backtest,
                                                  std::span<const double> values,
                                                  const Response& response);

// Adaptive conformal inference (Gibbs and Candes 2021): a(t+1) = a(t) + gamma (a - err_t), where a
// is the nominal miss rate and err_t is 1 if the interval of step t missed. The miss rate over T
// steps is then within (max(a(1), 1 - a(1)) + gamma) / (gamma T) of a, whatever the data do, as
// long as no bound of the box below is hit.
struct AdaptiveOptions {
  double gamma = 0.02;  // step; 0.005 to 0.05 are usual
  double box = 5;       // a(t) stays within [a / box, min(0.5, a x box)]
};

// The level to use next after these outcomes (true = covered), oldest first; `level` if none.
[[nodiscard]] double adaptive_level(double level, const std::vector<bool>& covered,
                                    const AdaptiveOptions& options = {});

// One step of the same: the level after `working_level` was used and covered or missed.
enum class Outcome { missed, covered };
[[nodiscard]] double adapt(double level, double working_level, Outcome outcome,
                           const AdaptiveOptions& options = {});

}  // namespace shelduck::forecast
