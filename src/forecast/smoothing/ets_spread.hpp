// How far the values of the next steps of exponential smoothing lie from their mean.
//
//   EtsSpread spread{{.form = form, .period = 12, .weights = weights, .deviation = 0.04}, state};
//   for (...) deviation = spread.next();   // one step further each time
//
// `deviation` is that of one error, relative where errors are multiplicative. Errors are normal.
// The states x = (level, slope, indices) follow x' = F x + g e; their mean and their covariance V
// are carried along. mu the point of the step and w its weights of the states:
//
//   additive error          var e = s^2                      v = w'V w + var e
//   multiplicative error    var e = s^2 (mu^2 + w'V w)       v = w'V w + var e
//
// With a multiplicative season x' = (F + g w'e) x for level and slope and c' = (1 + gamma e) c for
// the index of the phase: what is carried is mean and covariance of x c, a pair for each phase.
//   v = w'V w + s^2 (mu^2 + w'V w), mu the mean there, which leaves the point after a season.
// These are, step by step, the variances of Hyndman, Koehler, Ord, Snyder 2008, chapter 6: the
// closed one of class 1, the recursion of class 2, and for class 3 the exact one in place of the
// approximation there, which leaves out what season and level have in common (4 to 6 % of the
// deviation in the second and third season at alpha 0.4, gamma 0.2).
// Cost: O(1) a step, O(period) with a season. Never NaN; at most kSpreadMax. Threads: plain data.
#pragma once

#include <array>
#include <cstddef>

#include "shelduck/forecast/smoothing/ets_squares.hpp"

namespace shelduck::forecast {

inline constexpr double kSpreadMax = 1e150;

struct EtsShocks {
  EtsForm form{};
  std::size_t period = 1;
  EtsWeights weights{};
  double deviation = 0;
};

class EtsSpread {
 public:
  EtsSpread(const EtsShocks& shocks, const EtsState& state);

  [[nodiscard]] double next();

 private:
  // Of level and slope, with a multiplicative season times an index.
  struct Moments {
    double level = 0;
    double slope = 0;
    double level_level = 0;
    double level_slope = 0;
    double slope_slope = 0;
  };

  [[nodiscard]] double next_of_ratios();
  [[nodiscard]] double variance_of_base(const Moments& moments) const;
  [[nodiscard]] Moments carried(const Moments& before, double shock) const;
  [[nodiscard]] Moments carried_with_index(const Moments& before) const;
  void carry_season(double shock);
  void turn();

  EtsShocks shocks_;
  double variance_;  // of one error
  std::size_t phase_;
  Moments base_{};
  std::array<double, kEtsPeriodMax> season_{};  // means of additive indices
  std::array<double, kEtsPeriodMax> level_season_{};
  std::array<double, kEtsPeriodMax> slope_season_{};
  std::array<double, kEtsPeriodMax> season_season_{};
  std::array<Moments, kEtsPeriodMax> ratios_{};
};

}  // namespace shelduck::forecast
