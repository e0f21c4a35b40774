// Filter is the recursion behind the regression: eight Kalman filters side by side, one per setting
// of what cannot be known beforehand, and their mixture.
//
//   u_t = x_t' b_t + e_t,  e_t ~ N(0, s^2 r_t)            observation
//   level_t = level_(t-1) + N(0, s^2 q step_t)            only the level moves, with time (Inputs)
//   b_0 ~ N(0, s^2 diag(w)), level diffuse                ridge: w by role of the column
//
//   lanes: scale of u, q, width of the calendar columns (kLaneSettings)
//
// u is z, the logarithm, where what acts on a run multiplies its length. Where it rather adds (a
// weekday that brings 10 s more, however long the others take) u is the square root,
// 2 exp((z - z_1) / 2), of slope 1 at the first run. Which of them the data tell: with a diffuse
// level the first observation sets it exactly (rows are relative to the first run, so no covariance
// arises), s^2 is integrated out, and the lane weight after n observations is
//   prod F_t^(-1/2) x (kNoiseFloor^2 + sum v_t^2 / F_t)^(-(n - 1 + 1) / 2) x prod du/dz
// (West and Harrison 1997, 4.5 and 12.2; the last factor makes it a density of z on either scale,
// Box and Cox 1964), v_t the one-step error, F_t its variance over s^2. Where values may be
// negative z is the value, and all lanes see it.
//
// Lanes are mixed on the scale of z, where a root stays within kRootRoom of what was seen: drawn
// from few runs it may be 0 or less. Far from what was seen the scales part, and their evidence is
// none of what holds there: what the roots say counts the less the farther the logarithms together
// leave that range, and nothing from kRootRoom on. Of 12 runs of 5 to 20 packages that take 3 s
// each, the next one 20 (4) times as large, 1000 series: mean |log error| 0.512 (0.298), 0.603
// (0.314) where they count to the full; 90 % held in 90.0 (90.6) %, 86.3 (89.8) there.
//
// Mean errors, drawn runs in units of an oracle's, their last of 101, 8000 series of the first kind
// and 1000 of the others (from the 11th run on in brackets), the train part of the NASA iPSC job
// log in those of exponential smoothing (the last fifth):
//                            adds          sized         walk          spells        NASA
//   z, q 0, .01, .1, .5 for  1.062 (1.091) 1.029 (1.081) 1.114 (1.142) 1.868 (1.945) 0.988 (0.949)
//   both widths
//   as it is                 1.037 (1.080) 1.028 (1.080) 1.114 (1.142) 1.861 (1.972) 0.980 (0.938)
//   values for roots, q 0    1.031 (1.079) 1.028 (1.079) 1.114 (1.141) 1.875 (1.992) 0.992 (0.944)
//   and .1
// adds: `known_truth` in bench/forecast, whose weekdays and trend add; the others in
// together/together.hpp. On the log 0.980 has an error of 0.010. All eight and four roots beside
// them are no better. In all of this roots counted to the full; counting less far from what was
// seen moves adds by 0.0002 (1000 series), the log from 0.9812 to 0.9819 (0.9380 to 0.9378), the
// others by less than 0.0001.
//
// A wide error, above kHuber standard errors, gets r_t = |error| / kHuber: Huber's weight (1964).
// Before there were roots, and with a gap and waves of before, kHuber 3, 2, 1.5 and 1.345 gave mean
// one-step errors of 0.994, 0.991, 0.988 and 0.988 on the train part of the log (the last fifth
// 0.960, 0.956, 0.952, 0.950; the row of z above, 0.949, was made later), on runs of which some
// take long 1.176, 1.139, 1.111 and 1.101, on a level that walks 1.136, 1.137, 1.141 and 1.143
// (units and generators: together/together.hpp).
//
// Cost: O(columns^2) operations on eight lanes a step, no allocation. Plain data.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/backtest.hpp"
#include "shelduck/forecast/regression/inputs.hpp"
#include "shelduck/forecast/response.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kLanes = 8;
inline constexpr std::size_t kColumnsMax = 32;
inline constexpr double kNoiseFloor = 0.01;  // one percent, on the log scale
inline constexpr double kRootRoom = 2;       // factor beyond what was seen where no root counts
inline constexpr double kHuber = 1.5;
inline constexpr std::size_t kHuberFrom = 8;  // observations before which no error is called wide

struct LaneSetting {
  double drift;  // q
  double calendar_width;
};

inline constexpr std::size_t kRootLanes = 2;  // the last ones, the others are of z
// The setting {0, 1.0} is there twice, of z and of roots. Where values may be negative both are of
// the value: two equal lanes, whose setting weighs twice what another does before the data speak.
inline constexpr std::array<LaneSetting, kLanes> kLaneSettings{{
    {0.0, 0.1},
    {0.01, 0.1},
    {0.1, 0.1},
    {0.5, 0.1},
    {0.0, 1.0},
    {0.1, 1.0},
    {0.0, 1.0},
    {0.5, 1.0},
}};

// What tells the scale of the roots, of all z so far.
struct ScaleOfRoots {
  bool has_roots = false;
  double first = 0;
  double least = 0;
  double largest = 0;
  double log_slopes = 0;  // sum of the logarithms of the slopes, from the second z on

  // Of what came from runs: an ordered range, and numbers.
  [[nodiscard]] bool is_whole() const;
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("has_roots", m.has_roots), visit("first", m.first), visit("least", m.least);
    visit("largest", m.largest), visit("log_slopes", m.log_slopes);
  }
};

// Prior variance of a column over s^2, for calendar columns of the given width.
[[nodiscard]] double prior_variance(ColumnRole role, double calendar_width);

class Filter {
 public:
  Filter() = default;
  Filter(std::span<const ColumnRole> roles, ResponseKind kind);  // at most kColumnsMax

  // Mixture of the lanes: mean of the centres, spread = sqrt of the mean of F. Needs one
  // observation.
  [[nodiscard]] Centred predict(std::span<const double> row, double step) const;

  // The same forecast, and then the observation is absorbed. For the first observation, before
  // which nothing can be said, the result is {z, 1}.
  Centred absorb(std::span<const double> row, double step, double z);

  // The lane of z with the largest weight, and its coefficients (level first). Where there are no
  // roots that is any lane.
  [[nodiscard]] std::size_t best_lane() const;
  [[nodiscard]] std::vector<double> coefficients() const;
  [[nodiscard]] std::size_t observations() const { return observations_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] bool has_roots() const { return scale_.has_roots; }

  [[nodiscard]] bool is_whole() const;
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("columns", m.columns_), visit("observations", m.observations_), visit("mean", m.mean_);
    visit("covariance", m.covariance_), visit("squares", m.squares_);
    visit("log_variance", m.log_variance_), visit("weight", m.weight_);
    visit("scale", m.scale_);
  }

 private:
  struct Look;  // one row as all lanes see it

  [[nodiscard]] Look look(std::span<const double> row, double step) const;
  void begin(double z);
  void learn(std::span<const double> row, const Look& seen, double z);
  void reweight();

  std::size_t columns_ = 0;
  std::size_t observations_ = 0;
  std::vector<double> mean_{};          // columns x lanes
  std::vector<double> covariance_{};    // packed lower triangle x lanes, over s^2
  std::vector<double> squares_{};       // kNoiseFloor^2 + sum of v^2 / F
  std::vector<double> log_variance_{};  // sum of log F
  std::vector<double> weight_{};        // of the lanes, sum 1
  ScaleOfRoots scale_{};
};

}  // namespace shelduck::forecast
