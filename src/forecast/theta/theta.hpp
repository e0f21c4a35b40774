// The theta method: a smoothed level and a straight line, weighed against each other.
//
//   const Path path = forecast(fit_theta(values, 12), 18);                    // the best of four
//   const Path dynamic = forecast(fit_theta(values, ThetaForm::dotm, 12), 18);
//
// On the seasonally adjusted series x (the season of baselines/naive2.hpp, put back at the end):
//
//   f_t = l_(t-1) + w [(1-a)^(t-1) A + (1 - (1-a)^t) / a B],   w = 1 - 1 / theta
//   l_t = l_(t-1) + a (x_t - l_(t-1))
//
//            line A + B t             theta                fitted              needs
//   stm      least squares, all x     2                    a, l_0              6 values
//   otm      least squares, all x     from 1 to infinity   a, l_0, theta       7
//   dstm     least squares, x so far  2                    a, l_0              6
//   dotm     least squares, x so far  from 1 to infinity   a, l_0, theta       7
//
// The forecast of a later step takes the ones before it in as if they had been observed. a lies in
// [0.1, 0.99]; a, l_0 and theta minimise the sum of squared errors from the fourth value on, to
// which a prior of one value's weight adds (w - 1/2)^2 (mean square of the bracket). Errors are
// linear in l_0 and w, so both are solved exactly for each a: l_0 within one range of the values,
// w in [0, 1]. Only a is searched.
// Deviations: s_h^2 = s^2 (1 + (h-1) a^2) for stm and otm, the local level with drift that they
// are; the variance of the same recursion for dstm and dotm, whose line moves with the errors too;
// times the index where the season is multiplicative. s^2 = sum of squares / (its errors - fitted).
// Values are taken relative to the first one, which l_0 makes good; at most the newest
// kIterativeValuesMax are used, `skipped` says how many others there were.
// Source: Assimakopoulos and Nikolopoulos 2000; Hyndman and Billah 2003 (theta as a level with
// drift); Fiorucci, Pellegrini, Louzada, Petropoulos, Koehler 2016 (the recursions).
// Cost O(n) an evaluation, 36 of them; O(n m) for the season. Shape, threads, failure: path.hpp.
#pragma once

#include <cstddef>
#include <span>

#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/seasonal/decomposition.hpp"

namespace shelduck::forecast {

enum class ThetaForm { stm, otm, dstm, dotm };

// A + B t through the values so far, t from 1.
struct ThetaLine {
  double mean = 0;
  double slope = 0;
  std::size_t n = 0;

  [[nodiscard]] double intercept() const { return mean - slope * (static_cast<double>(n) + 1) / 2; }
  void absorb(double value);

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("mean", m.mean), visit("slope", m.slope), visit("n", m.n);
  }
};

// Level, line and origin are those of the adjusted series.
struct ThetaModel {
  ThetaForm form = ThetaForm::dotm;
  double alpha = 0.5;
  double weight = 0.5;  // w
  double origin = 0;    // the first value that was used
  double initial_level = 0;
  double level = 0;
  double decay = 1;  // (1 - alpha)^n
  ThetaLine line{};  // of all values in stm and otm, of those so far in dstm and dotm
  Seasonality season{};
  std::size_t n = 0;
  std::size_t skipped = 0;
  ErrorSum errors{};  // of the adjusted series, from the fourth value on

  [[nodiscard]] double next() const;
  void absorb(double value);

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("form", m.form, ThetaForm::dotm), visit("alpha", m.alpha), visit("weight", m.weight),
        visit("origin", m.origin), visit("initial_level", m.initial_level), visit("level", m.level),
        visit("decay", m.decay), visit("line", m.line), visit("season", m.season), visit("n", m.n),
        visit("skipped", m.skipped), visit("errors", m.errors);
  }
};

// The fewest values that leave a degree of freedom.
[[nodiscard]] std::size_t values_needed(ThetaForm form) noexcept;

[[nodiscard]] ThetaModel fit_theta(std::span<const double> values, ThetaForm form,
                                   std::size_t period = 1);
// The form with the lowest s^2, which for stm and otm counts n^(2 / n) times, n its
// errors: their line has seen the values that it helps to forecast (Rissanen 1986). Fewer than 7
// values: of stm and dstm. Without it otm is chosen too often: on the last horizon of the train
// parts of 14 sets the geometric mean of the MASE is 1.2 % higher.
[[nodiscard]] ThetaModel fit_theta(std::span<const double> values, std::size_t period = 1);

[[nodiscard]] ThetaModel started(const ThetaModel& model);
// a, l_0 and theta where it is free; the line that saw all values; the seasonal indices.
[[nodiscard]] std::size_t fitted(const ThetaModel& model);
[[nodiscard]] Path forecast(const ThetaModel& model, std::size_t horizon);
[[nodiscard]] OneStep one_step(const ThetaModel& model, std::span<const double> values);

}  // namespace shelduck::forecast
