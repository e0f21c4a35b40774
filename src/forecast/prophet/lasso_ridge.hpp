// LassoRidge fits a linear model whose weights cost their square, their size or both, and finds the
// variance of its errors with them.
//
//   RowSums sums{2};
//   sums.add(std::array{1.0, 0.5}, 7.2);   // for each row: its columns and what they shall give
//   LassoRidge problem{sums, std::array{Price{.ridge = 0.04}, Price{.lasso = 20}}};
//   problem.settle({.scale = 0.5});
//   problem.weights(), problem.variance()
//
//   F(b, v) = n/2 log v + |y - X b|^2 / (2 v) + v / (2 scale^2)
//             + sum of ridge_i b_i^2 / 2 + lasso_i |b_i|
//
// which is the negative log posterior for normal errors of variance v, normal and Laplace priors of
// the weights, and a half-normal one of sqrt(v).
//
// solve()   b for a given v. Columns without a lasso and those whose weight is not 0 are active:
//           of them a linear system is solved. A weight that would change its sign on the way is
//           left at 0, and of the others that joins whose slope exceeds its price the most: each
//           step lowers F, so no set of signs comes twice (Osborne, Presnell, Turlach 2000; Lee,
//           Battle, Raina, Ng 2007). At most 4 joins a column.
// settle()  b and v in turn from b = 0; given b, v = 2 r / (n + sqrt(n^2 + 4 r / scale^2)), r the
//           squares, or least^2 where that is more. The end is where v moves by less than 1e-9 of
//           it, or than rounding of the sums lets tell; at most 100 turns. F is not convex in both
//           and has no bound as r goes to 0: the minimum is the one downhill from b = 0, that of
//           the smoothest fit.
//
// A column that depends on the active ones is left at 0. Cost: columns^2 a row to add, a few times
// columns^3 / 6 a turn. solve() and settle() allocate nothing. Threads: one at a time.
// Failure: Error invalid_input unless there are as many prices as columns. Rows and values near 1
// in size are assumed.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace shelduck::forecast {

// X'X, X'y and y'y.
class RowSums {
 public:
  explicit RowSums(std::size_t columns) : products_(columns * columns), with_target_(columns) {}

  // `row` has a number for each column.
  void add(std::span<const double> row, double target);

  [[nodiscard]] std::size_t columns() const noexcept { return with_target_.size(); }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] double product(std::size_t i, std::size_t j) const {
    return i < j ? product(j, i) : products_[i * columns() + j];
  }
  [[nodiscard]] double with_target(std::size_t i) const { return with_target_[i]; }
  [[nodiscard]] double targets() const noexcept { return targets_; }

 private:
  std::vector<double> products_;  // the lower triangle
  std::vector<double> with_target_;
  double targets_ = 0;
  std::size_t rows_ = 0;
};

struct Price {
  double ridge = 0;
  double lasso = 0;
};

struct NoisePrior {
  double scale = 0.5;
  double least = 1e-4;
};

// Of so many errors with that sum of squares.
[[nodiscard]] double likely_variance(double squares, std::size_t rows, const NoisePrior& prior);

class LassoRidge {
 public:
  LassoRidge(RowSums sums, std::span<const Price> prices);

  // From the weights that there are.
  void solve(double variance);
  void settle(const NoisePrior& prior);

  [[nodiscard]] std::span<const double> weights() const noexcept { return weights_; }
  [[nodiscard]] double variance() const noexcept { return variance_; }
  [[nodiscard]] std::size_t systems() const noexcept { return systems_; }  // solved so far

 private:
  // How much of the way to the solution can be gone until the active column at `place` is at 0.
  struct Stop {
    std::size_t place;
    double share;
  };

  void descend();
  [[nodiscard]] bool factor();
  [[nodiscard]] bool factor_row(std::size_t r);
  void solve_active();
  [[nodiscard]] std::optional<Stop> first_stop() const;
  void walk(double share);
  void release(std::size_t place);
  // The derivative of v F by the weight, without the lasso.
  [[nodiscard]] double slope(std::size_t column) const;
  [[nodiscard]] std::optional<std::size_t> most_wanted() const;
  [[nodiscard]] double squares() const;

  RowSums sums_;
  std::vector<Price> prices_;
  std::vector<double> weights_;
  std::vector<double> signs_;  // of the weights; those of active columns stay as they are
  std::vector<bool> is_active_;
  std::vector<bool> is_shut_out_;    // until the next variance
  std::vector<std::size_t> active_;  // columns in the order in which they joined
  std::vector<double> lower_;  // Cholesky factor of their system, of which `factored_` rows hold
  std::vector<double> goal_;   // its solution
  std::size_t factored_ = 0;
  double variance_ = 0;
  std::size_t systems_ = 0;
};

}  // namespace shelduck::forecast
