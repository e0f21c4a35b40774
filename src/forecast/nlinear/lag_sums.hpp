// LagSums gather what a linear forecast on lags has to be fitted from, of one series or of many.
//
//   LagSums sums{{.lags = 14, .horizon = 18}};
//   for (...) sums.add(values, 12);
//   const LagWeights weights = sums.solved();
//   weights.by_step[0]   // of the next value: lags - 1 numbers
//
//   (y_(t+h) - y_t) / d = sum over i = 1 .. lags - 1 of w_(h,i) (y_(t-i) - y_t) / d + error
//
// Unit    d, the mean |y_t - y_(t-m)| of the series, m its period (1 where it is not longer), at
//         least a thousandth of the mean |y_t - y_(t-1)|: every series counts in units of its own,
//         a constant one not at all
// Weights minimise the sum of squares plus a ridge, for each step by itself; of the ridges 10^-6,
//         10^-5 ... 10^2 times the mean diagonal that which minimises the generalised
//         cross-validation (Golub, Heath, Wahba 1979)
// Sums    are whole multiples of 2^-40: in which order series are added changes nothing
//
// Long seasons: the forecast of step h looks at the newest `lags` values and, for each season m of
// the shape, at those around its own place a season and two ago: y_(t+h-km+j), |j| <=
// kAroundSeason, of the two smallest k for which they are known. Steps then have equations of their
// own.
//
// Source: Zeng, Chen, Zhang, Xu 2023 (NLinear: lags relative to the last value).
// Values are finite and within kMagnitudeMax; of at most kIterativeValuesMax in a series, 2^25
// series fit into the sums. Memory: 16 horizon x lags^2 bytes. Cost: lags^2 + horizon x lags a
// value to add (with seasons horizon x lags^2), horizon x lags^3 to solve. Threads: one at a time.
// Failure: Error invalid_input for fewer than 2 lags or a horizon of 0.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shelduck::forecast {

inline constexpr std::size_t kSeasonsAgo = 2;
inline constexpr std::size_t kAroundSeason = 2;

struct LagShape {
  std::size_t lags = 2;  // newest values that are looked at, the last one included
  std::size_t horizon = 1;
  std::vector<std::size_t> seasons{};

  // Of what the forecast of `step`, from 1, looks at: distances from the last value, ascending.
  [[nodiscard]] std::vector<std::size_t> distances(std::size_t step) const;
  // Values that any step looks at, the last one included.
  [[nodiscard]] std::size_t reach() const;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("lags", m.lags), visit("horizon", m.horizon), visit("seasons", m.seasons);
  }
};

struct StepWeights {
  std::vector<std::size_t> distances{};
  std::vector<double> weights{};

  bool operator==(const StepWeights&) const = default;

  [[nodiscard]] bool is_whole() const { return distances.size() == weights.size(); }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("distances", m.distances), visit("weights", m.weights);
  }
};

struct LagWeights {
  LagShape shape{};
  std::vector<StepWeights> by_step{};
  std::size_t rows = 0;  // of all series, that the first step was fitted to

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("shape", m.shape), visit("by_step", m.by_step), visit("rows", m.rows);
  }
};

class LagSums {
 public:
  explicit LagSums(const LagShape& shape);

  void add(std::span<const double> values, std::size_t period);
  // Without the steps that fewer rows know.
  [[nodiscard]] LagWeights solved(std::size_t least_rows = 0) const;

 private:
  __extension__ using Fixed = __int128;  // multiples of 2^-40

  template <class Number>
  struct Sums {
    std::vector<Number> products;     // lag x lag, of the rows with so many known truths, no more
    std::vector<Number> with_target;  // lag x target, of one step
    Number targets = 0;               // target^2, of the same
    std::size_t rows = 0;             // with so many known truths
  };

  // Steps that look at the same values.
  struct Group {
    std::vector<std::size_t> distances;
    std::size_t first = 0;  // step, from 0
    std::vector<Sums<Fixed>> by_step{};
  };

  static void add_to(Group& group, std::span<const double> values, double unit);
  static void take(const Sums<double>& own, Sums<Fixed>& all);
  static void solve(const Group& group, LagWeights& weights, std::size_t least_rows);

  LagShape shape_;
  std::vector<Group> groups_;
};

}  // namespace shelduck::forecast
