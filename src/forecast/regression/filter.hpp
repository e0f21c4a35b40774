// Filter is the recursion behind the regression: eight Kalman filters side by side, one per setting
// of what cannot be known beforehand, and their mixture.
//
//   z_t = x_t' b_t + e_t,  e_t ~ N(0, s^2 r_t)            observation
//   level_t = level_(t-1) + N(0, s^2 q step_t)            only the level moves, with time (Inputs)
//   b_0 ~ N(0, s^2 diag(w)), level diffuse                ridge: w by role of the column
//
//   lanes: q in kDrifts x width of the calendar columns in kCalendarWidths
//
// With a diffuse level the first observation sets it exactly (rows are relative to the first run,
// so no covariance arises). s^2 is integrated out: the lane weight after n observations is
//   prod F_t^(-1/2) x (kNoiseFloor^2 + sum v_t^2 / F_t)^(-(n - 1 + 1) / 2)
// (West and Harrison 1997, 4.5 and 12.2), v_t the one-step error, F_t its variance over s^2. A wide
// error, above kHuber standard errors, gets r_t = |error| / kHuber: Huber's weight (1964). On the
// train part of the NASA iPSC job log kHuber 3, 2, 1.5 and 1.345 gave mean one-step errors of
// 0.994, 0.991, 0.988 and 0.988 (the last fifth of each group 0.960, 0.956, 0.952, 0.950), on runs
// of which some take long 1.176, 1.139, 1.111 and 1.101, on a level that walks 1.136, 1.137, 1.141
// and 1.143 (units and generators: together/together.hpp). Cost: O(columns^2) operations on eight
// lanes a step, no allocation. Plain data.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/backtest.hpp"
#include "shelduck/forecast/regression/inputs.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kLanes = 8;
inline constexpr std::size_t kColumnsMax = 32;
inline constexpr double kDrifts[4] = {0.0, 0.01, 0.1, 0.5};
inline constexpr double kCalendarWidths[2] = {0.1, 1.0};
inline constexpr double kNoiseFloor = 0.01;  // one percent, on the log scale
inline constexpr double kHuber = 1.5;
inline constexpr std::size_t kHuberFrom = 8;  // observations before which no error is called wide

// Prior variance of a column over s^2, for calendar columns of the given width.
[[nodiscard]] double prior_variance(ColumnRole role, double calendar_width);

class Filter {
 public:
  Filter() = default;
  explicit Filter(std::span<const ColumnRole> roles);  // at most kColumnsMax

  // Mixture of the lanes: mean of the centres, spread = sqrt of the mean of F. Needs one
  // observation.
  [[nodiscard]] Centred predict(std::span<const double> row, double step) const;

  // The same forecast, and then the observation is absorbed. For the first observation, before
  // which nothing can be said, the result is {z, 1}.
  Centred absorb(std::span<const double> row, double step, double z);

  // The coefficients (level first) as the mixture sees them.
  [[nodiscard]] std::vector<double> coefficients() const;
  // The lane with the largest weight.
  [[nodiscard]] std::size_t best_lane() const;
  [[nodiscard]] std::size_t observations() const { return observations_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }

  [[nodiscard]] bool is_whole() const;
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("columns", m.columns_), visit("observations", m.observations_), visit("mean", m.mean_);
    visit("covariance", m.covariance_), visit("squares", m.squares_);
    visit("log_variance", m.log_variance_), visit("weight", m.weight_);
  }

 private:
  struct Look;  // one row as all lanes see it

  [[nodiscard]] Look look(std::span<const double> row, double step) const;
  void learn(std::span<const double> row, const Look& seen, double z);
  void reweight();

  std::size_t columns_ = 0;
  std::size_t observations_ = 0;
  std::vector<double> mean_{};          // columns x lanes
  std::vector<double> covariance_{};    // packed lower triangle x lanes, over s^2
  std::vector<double> squares_{};       // kNoiseFloor^2 + sum of v^2 / F
  std::vector<double> log_variance_{};  // sum of log F
  std::vector<double> weight_{};        // of the lanes, sum 1
};

}  // namespace shelduck::forecast
