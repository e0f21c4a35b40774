// Simple exponential smoothing: a level that follows the values.
//
//   l_1 = y_1,   l_t = l_(t-1) + alpha (y_t - l_(t-1)),   f(t+1) = l_t
//
// Source: Brown 1959; Hyndman, Koehler, Ord, Snyder 2008, ETS(A,N,N). alpha is chosen from
// kAlphas by the mean absolute one-step error so far (ties: the smaller), and is kDefaultAlpha
// until kErrorsToChoose errors are known. The backtest chooses at each origin from the errors
// before it, so it is the rolling origin of the whole procedure, in one pass over the seven levels.
// Losses within a billionth of each other are equal, so that no unit of the values decides.
// Cost: seven steps of three operations a value, O(7 n) a fit; nothing is searched for.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "shelduck/forecast/backtest.hpp"

namespace shelduck::forecast {

inline constexpr std::array<double, 7> kAlphas{0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9};
inline constexpr double kDefaultAlpha = 0.3;
inline constexpr std::size_t kErrorsToChoose = 5;

// All candidate levels side by side, with the absolute error that each has gathered.
struct SesModel {
  std::array<double, kAlphas.size()> levels{};
  std::array<double, kAlphas.size()> losses{};
  std::size_t n = 0;

  [[nodiscard]] std::size_t best() const;  // of kAlphas
  [[nodiscard]] double alpha() const { return kAlphas.at(best()); }
  [[nodiscard]] double level() const { return levels.at(best()); }
  void absorb(double value);

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("levels", m.levels), visit("losses", m.losses), visit("n", m.n);
  }
};

// At least one value, all finite.
[[nodiscard]] Fitted<SesModel> fit_ses(std::span<const double> values);

[[nodiscard]] Centred predict_next(const SesModel& model);

}  // namespace shelduck::forecast
