// Several seasons taken out one beside the other, and any model for what is left.
//
//   const MstlModel model = fit_mstl(values, std::array{24UZ, 168UZ});
//   const Path path = forecast(model, 48);
//   fit_mstl(values, seasons, [](std::span<const double> adjusted) {    // another one within
//     return AdjustedState{fit_theta(adjusted, 1)};
//   });
//
//   f(n+h) = x_(n+h) + sum of s_i(n+h), or x_(n+h) prod of s_i(n+h)
//
// s_i(t) is the newest index of the phase of t in season i; x the forecast of the values adjusted
// by all of them, of which no season is told: by exponential smoothing, where nothing else is said.
//
// Seasons   that are there twice and one value more, ascending; two rounds, in each every season by
//           stl.hpp from the values without the others, the i-th over 7 + 4 i cycles, from 1
// Form      multiplicative (the same on logarithms) where every value is positive and the squares
//           of what remains are smaller so, else additive; its indices are at least kIndexFloor, at
//           most the reciprocal
// Deviation that of x, times the indices where they are multiplicative
//
// Absorbing keeps the indices.
// At most the newest kIterativeValuesMax values are used; `skipped` says how many others there are.
// Source: Bandara, Hyndman, Bergmeir 2021, MSTL; Cleveland and others 1990.
// Cost: 4 times stl.hpp for each season, and a fit of the model within, whose cost it is to absorb
// a value too. Shape, threads, failure: path.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "shelduck/forecast/arima/arima.hpp"
#include "shelduck/forecast/baselines/growth.hpp"
#include "shelduck/forecast/baselines/level.hpp"
#include "shelduck/forecast/baselines/naive.hpp"
#include "shelduck/forecast/baselines/naive2.hpp"
#include "shelduck/forecast/ces/ces.hpp"
#include "shelduck/forecast/intermittent/croston.hpp"
#include "shelduck/forecast/intermittent/tsb.hpp"
#include "shelduck/forecast/lightgbm/lightgbm.hpp"
#include "shelduck/forecast/nlinear/nlinear.hpp"
#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/prophet/prophet.hpp"
#include "shelduck/forecast/seasonal/decomposition.hpp"
#include "shelduck/forecast/smoothing/exponential_smoothing.hpp"
#include "shelduck/forecast/smoothing/holt.hpp"
#include "shelduck/forecast/theta/theta.hpp"

namespace shelduck::forecast {

// What can stand within: every model of its own.
using AdjustedState =
    std::variant<NaiveModel, Naive2Model, SeasonalNaiveModel, MeanLevel, MedianLevel, DriftModel,
                 GrowthModel, HoltModel, CrostonModel, TsbModel, ThetaModel, CesModel, ArimaModel,
                 ExponentialSmoothingModel, NlinearModel, ProphetModel, LightgbmModel>;

// What each of them is called in a model state, in their order.
inline constexpr std::array<std::string_view, std::variant_size_v<AdjustedState>> kAdjustedNames{
    "naive",          "naive2",
    "seasonal_naive", "mean",
    "median",         "drift",
    "growth",         "holt",
    "croston",        "tsb",
    "theta",          "ces",
    "arima",          "exponential_smoothing",
    "nlinear",        "prophet",
    "lightgbm"};

struct MstlModel {
  std::vector<Seasonality> seasons{};  // all of one form
  AdjustedState adjusted{ExponentialSmoothingModel{}};
  std::size_t n = 0;
  std::size_t skipped = 0;

  [[nodiscard]] double next() const;
  void absorb(double value);

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("seasons", m.seasons), visit("adjusted", m.adjusted), visit("n", m.n),
        visit("skipped", m.skipped);
  }
};

[[nodiscard]] MstlModel fit_mstl(std::span<const double> values,
                                 std::span<const std::size_t> seasons);
// `within` learns from the adjusted values, which are kIterativeValuesMax at most.
using AdjustedFit = std::function<AdjustedState(std::span<const double> adjusted)>;
[[nodiscard]] MstlModel fit_mstl(std::span<const double> values,
                                 std::span<const std::size_t> seasons, const AdjustedFit& within);
// To the values before an origin, with the seasons of `model`; nothing where they are too few.
[[nodiscard]] std::optional<MstlModel> fitted_anew(const MstlModel& model,
                                                   std::span<const double> values,
                                                   const AdjustedFit& within);

[[nodiscard]] Path forecast(const MstlModel& model, std::size_t horizon);
[[nodiscard]] MstlModel started(const MstlModel& model);
[[nodiscard]] std::size_t fitted(const MstlModel& model);
[[nodiscard]] OneStep one_step(const MstlModel& model, std::span<const double> values);

}  // namespace shelduck::forecast
