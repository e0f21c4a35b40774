// RegularModel names the models of regular series, as options and JSON do; RegularSeries is what
// they learn from.
//
//   parse_regular_model("seasonal_naive")     // RegularModel::seasonal_naive
//   members_of(RegularModel::ensemble, series)   // those that are combined
//
// Threads: pure, plain data.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "shelduck/forecast/nlinear/lag_sums.hpp"
#include "shelduck/forecast/step_calendar.hpp"
#include "shelduck/forecast/step_covariates.hpp"
#include "shelduck/forecast/stop_check.hpp"

namespace shelduck::forecast {

enum class RegularModel {
  naive,
  naive2,
  seasonal_naive,
  mean,
  median,
  drift,
  growth,
  ses,
  holt,
  croston,
  tsb,
  theta,  // the best of the four below
  stm,
  otm,
  dstm,
  dotm,
  ces,
  auto_arima,
  exponential_smoothing,
  nlinear,
  mstl,
  prophet,
  lightgbm,
  ensemble,  // of what automatic.hpp calls regular, whatever the series: combination.hpp
  by_size,   // what the number of values says: by_size.hpp
  automatic  // "auto": what the series asks for: automatic.hpp
};

inline constexpr std::array kRegularModels{RegularModel::naive,
                                           RegularModel::naive2,
                                           RegularModel::seasonal_naive,
                                           RegularModel::mean,
                                           RegularModel::median,
                                           RegularModel::drift,
                                           RegularModel::growth,
                                           RegularModel::ses,
                                           RegularModel::holt,
                                           RegularModel::croston,
                                           RegularModel::tsb,
                                           RegularModel::theta,
                                           RegularModel::stm,
                                           RegularModel::otm,
                                           RegularModel::dstm,
                                           RegularModel::dotm,
                                           RegularModel::ces,
                                           RegularModel::auto_arima,
                                           RegularModel::exponential_smoothing,
                                           RegularModel::nlinear,
                                           RegularModel::mstl,
                                           RegularModel::prophet,
                                           RegularModel::lightgbm,
                                           RegularModel::ensemble,
                                           RegularModel::by_size,
                                           RegularModel::automatic};

[[nodiscard]] std::string_view to_string(RegularModel kind) noexcept;
// nothing for a word that is no model
[[nodiscard]] std::optional<RegularModel> parse_regular_model(std::string_view word) noexcept;

struct RegularSeries {
  std::vector<double> values;         // oldest first, none missing
  std::size_t period = 1;             // values in a season; 0 and 1: no season
  std::vector<std::size_t> longer{};  // further seasons: nlinear, mstl, auto_arima, prophet
  std::size_t horizon = 1;            // steps for which nlinear gets weights of its own
  std::shared_ptr<const LagWeights> pooled{};  // of nlinear, shared by many series
  StepCovariates covariates{};                 // of the steps of the values; none: no names
  StepCalendar calendar{};                     // of the same; for lightgbm
  // What forecasts within mstl: stands_within_mstl().
  RegularModel within = RegularModel::exponential_smoothing;
  // Whether the model keeps what intervals need of its past: its errors, and fits to earlier values
  // (earlier_fits.hpp). Who asks for no intervals, or fits anew for them, saves that.
  bool keeps_past = true;
  // Called before a model is fitted, and by long searches on their way; may throw.
  StopCheck check{};
};

// The models that `kind` stands for with this series: itself, but for ensemble, automatic
// and by_size, which stands for none where the series is too short.
[[nodiscard]] std::vector<RegularModel> members_of(RegularModel kind, const RegularSeries& series);

// Whether a fit follows from the values without a search for parameters. No combination counts.
[[nodiscard]] bool is_closed_form(RegularModel kind) noexcept;

// Whether covariates change what the model says: of itself, or of some members that it may have.
[[nodiscard]] bool knows_covariates(RegularModel kind) noexcept;

// Every model of its own: no combination, and not mstl.
[[nodiscard]] bool stands_within_mstl(RegularModel kind) noexcept;

// The fewest values from which the model can forecast, with so many covariates; mstl, with
// exponential smoothing within.
[[nodiscard]] std::size_t values_needed(RegularModel kind, std::size_t covariates = 0) noexcept;

}  // namespace shelduck::forecast
