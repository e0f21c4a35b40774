// Complex exponential smoothing: the level is the real part of a complex number, whose imaginary
// part, the potential, carries what the errors leave behind; no trend has to be chosen.
//
//   const Path path = forecast(fit_ces(values, 12), 18);                      // lowest AICc
//   const Path plain = forecast(fit_ces(values, CesForm::none), 18);
//
//   pair (l, c) turned by a with an error e:   l' = l - (1 - a1) c + (a0 - a1) e
//                                              c' = l + (1 - a0) c + (a0 + a1) e
//   none      f_t = l_(t-1)                       (l, c) turned by a
//   simple    f_t = l_(t-m)                       a pair per phase, turned by a
//   partial   f_t = l_(t-1) + s_(t-m)             and a real season, s' = s + b0 e
//   full      f_t = l_(t-1) + s_(t-m)             and a pair (s, d) per phase, turned by b
//   s_h^2 = s^2 (1 + sum over j < h of (effect of an error on the forecast j steps later)^2)
//
// Weights   a0, b0 in [0.01, 1.8], a1, b1 in [0.01, 1.9], b0 of partial in [0.01, 1]; they minimise
//           the sum of squared one-step errors.
// Start     backcast for each set of weights: from a guess (the mean of the first values, the
//           indices of seasonal/decomposition.hpp, the first season) through the values to the end,
//           back, and forwards again. Against least squares over l and c it lowered the MASE on the
//           last horizon of the train parts of 14 sets by 1 %.
// Guards    weights are refused whose errors do not fade (the roots of F - g w' of a pair) or whose
//           forecasts run away: the level may grow by kCesGrowthMax a step at most, a season not at
//           all. What still grows stands still once it is beyond kCesReachMax times the largest
//           value, or for deviations beyond that many errors.
// Choice    the lowest n log(sum / n) + 2 (k + starts) + 2 k (k + 1) / (n - k - 1), where k is one
//           more than the weights: AICc, without the correction for starts, which no search has
//           fitted.
//
// s^2 = that sum / (n - weights - starts); starts: 2, with a season m + 1. At most the newest
// kIterativeValuesMax values are used; `skipped` says how many others there were. The zero of the
// values has a meaning, as that of a quantity: forecasts do not follow a shift.
// Source: Svetunkov, Kourentzes, Ord 2022, Complex exponential smoothing.
// Cost O(n) an evaluation, some 110 (none) to 300 (full). Shape, threads, failure: path.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/stop_check.hpp"

namespace shelduck::forecast {

// Of 0, 0.03, 0.05, 0.07, 0.1 and no limit the one with the lowest geometric mean of the MASE on
// the last horizon of the train parts of 14 sets (the others: +14, 2.0, 0.5, 0, 0.1 and 1.5 %).
inline constexpr double kCesGrowthMax = 0.07;
inline constexpr double kCesReachMax = 64;

enum class CesForm { none, simple, partial, full };

struct CesPair {
  double level = 0;
  double potential = 0;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("level", m.level), visit("potential", m.potential);
  }
};

struct CesWeights {
  double a0 = 1.3;
  double a1 = 1;
  double b0 = 0;
  double b1 = 0;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("a0", m.a0), visit("a1", m.a1), visit("b0", m.b0), visit("b1", m.b1);
  }
};

struct CesState {
  CesPair level{};
  std::vector<CesPair> season{};  // one per phase, phase 0 first; none: a single one, at 0

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("level", m.level), visit("season", m.season);
  }
};

struct CesModel {
  CesForm form = CesForm::none;
  CesWeights weights{};
  CesState initial{};  // before the first value that was used
  CesState state{};
  double largest = 0;  // size of the values so far
  std::size_t n = 0;
  std::size_t skipped = 0;
  ErrorSum errors{};

  [[nodiscard]] double next() const;
  void absorb(double value);

  [[nodiscard]] bool is_whole() const {
    return !state.season.empty() && initial.season.size() == state.season.size();
  }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("form", m.form, CesForm::full), visit("weights", m.weights), visit("initial", m.initial),
        visit("state", m.state), visit("largest", m.largest), visit("n", m.n),
        visit("skipped", m.skipped), visit("errors", m.errors);
  }
};

// The fewest values that leave a degree of freedom and, for a season, show it twice. A period of 0
// or 1 is none, whatever the form.
[[nodiscard]] std::size_t values_needed(CesForm form, std::size_t period) noexcept;

[[nodiscard]] CesModel fit_ces(std::span<const double> values, CesForm form,
                               std::size_t period = 1);
// Of the forms for which there are values enough.
[[nodiscard]] CesModel fit_ces(std::span<const double> values, std::size_t period = 1,
                               const StopCheck& check = {});

[[nodiscard]] CesModel started(const CesModel& model);
[[nodiscard]] std::size_t fitted(const CesModel& model);  // weights and starts
[[nodiscard]] Path forecast(const CesModel& model, std::size_t horizon);
[[nodiscard]] OneStep one_step(const CesModel& model, std::span<const double> values);

}  // namespace shelduck::forecast
