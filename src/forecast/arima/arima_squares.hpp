// The fit of one ARMA as a sum of squares, with its derivatives.
//
//   ArimaSquares problem{orders, 12, differenced};
//   const SquaresMinimum best = minimise_squares(problem, start, problem.walls());
//   const ArmaProcess<double> fitted = process_of(factors_of(orders, best.at), 12);
//
// -n/2 log(sum / n) is the logarithm of the exact Gaussian likelihood at the best s^2, but for a
// constant of n. Unknowns: the partial autocorrelations of p, P, q and Q, then the mean, then the
// weights of the columns of covariates. The first stay within +-kPartialMax, which keeps either
// side stationary and invertible.
// Derivatives are forward differences, four places at a time (arima_lanes.hpp): exact ones of the
// start and of the filter cost as much. By the weight of a column it is exact, the filter applied
// to that column: at any place of the others one step leads to the weights of generalised least
// squares (Durbin, Koopman 2001, section 6.2).
// Cost: some n r (r: arima_filter.hpp) for squares(), and for each four unknowns and each column of
// linearise().
// Neither allocates.
// Threads: one at a time. Values are borrowed, finite and of size near 1. Private to this room.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/arima/arima_columns.hpp"
#include "shelduck/forecast/arima/arima_pass.hpp"
#include "shelduck/forecast/optimise/least_squares.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kArimaUnknownsMax =
    2 * (kArimaOrderMax + kArimaSeasonalMax) + 1 + kArimaRegressorsMax;
static_assert(kArimaUnknownsMax <= kUnknownsMax);
// A root nearer than that to the unit circle is one on it.
inline constexpr double kPartialMax = 0.999;

using ArimaUnknowns = std::array<double, kArimaUnknownsMax>;

[[nodiscard]] ArimaFactors factors_of(const ArimaOrders& orders, std::span<const double> at);

class ArimaSquares final : public SquaresProblem {
 public:
  ArimaSquares(const ArimaOrders& orders, std::size_t period, std::span<const double> values,
               const ArimaColumns& columns = {});

  [[nodiscard]] Walls walls() const noexcept;
  [[nodiscard]] double squares(std::span<const double> at) override;
  [[nodiscard]] const NormalEquations& linearise(std::span<const double> at) override;

 private:
  // The residuals at the place, or where an unknown has moved a little, are columns; the first
  // column is that of the place itself.
  void fill_columns(std::span<const double> at, std::size_t first);
  void fill_covariates(std::span<const double> at);
  // The values less what the covariates add to them.
  [[nodiscard]] std::span<const double> unexplained(std::span<const double> at);
  void take_differences(std::size_t first);
  void multiply();
  void keep_product(std::size_t column, std::size_t later, double product);

  ArimaOrders orders_;
  std::size_t period_;
  std::span<const double> values_;
  std::size_t parameters_;  // of them, those of the orders
  std::size_t unknowns_;
  std::size_t groups_;  // of four columns
  ArimaPass<double> pass_;
  ArimaPass<ArimaLanes> passes_;
  std::vector<ArimaLanes> columns_;  // a row of groups for each value
  std::vector<std::vector<double>> covariates_;
  std::vector<double> unexplained_;
  std::array<double, kArimaUnknownsMax> moves_{};
  std::array<double, kArimaUnknownsMax> lower_{};
  std::array<double, kArimaUnknownsMax> upper_{};
  NormalEquations equations_;  // as they were written last
};

}  // namespace shelduck::forecast
