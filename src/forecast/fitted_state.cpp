#include "shelduck/forecast/fitted_state.hpp"

#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

std::vector<std::size_t> seasons_with(const RegularSeries& series) {
  std::vector<std::size_t> seasons{series.period};
  seasons.insert(seasons.end(), series.longer.begin(), series.longer.end());
  return seasons;
}

// What is fitted to the adjusted values knows of no season.
AdjustedState state_within(const RegularSeries& series, std::span<const double> adjusted) {
  RegularState state = fitted_state({.values = {adjusted.begin(), adjusted.end()},
                                     .horizon = series.horizon,
                                     .check = series.check},
                                    series.within);
  return std::visit(
      [](auto&& own) -> AdjustedState {
        using Own = std::remove_cvref_t<decltype(own)>;
        if constexpr (std::is_same_v<Own, MstlModel>) {
          throw Error{ErrorKind::bug, "mstl does not stand within itself"};
        } else {
          return std::forward<decltype(own)>(own);
        }
      },
      std::move(state));
}

// More work never takes less.
std::vector<Direction> directions_with(const std::vector<std::string>& names) {
  std::vector<Direction> directions;
  for (const std::string& name : names) {
    directions.push_back(is_work_size(name) ? Direction::rising : Direction::any);
  }
  return directions;
}

}  // namespace

RegularState fitted_state(const RegularSeries& series, RegularModel kind) {
  switch (kind) {
    case RegularModel::naive:
      return fit_naive(series.values);
    case RegularModel::naive2:
      return fit_naive2(series.values, series.period);
    case RegularModel::seasonal_naive:
      return fit_seasonal_naive(series.values, series.period);
    case RegularModel::mean:
      return fit_mean_level(series.values);
    case RegularModel::median:
      return fit_median_level(series.values);
    case RegularModel::drift:
      return fit_drift(series.values);
    case RegularModel::growth:
      return fit_growth(series.values);
    case RegularModel::ses:
      return fit_holt(series.values, Trend::none);
    case RegularModel::holt:
      return fit_holt(series.values, Trend::additive);
    case RegularModel::croston:
      return fit_croston(series.values);
    case RegularModel::tsb:
      return fit_tsb(series.values);
    case RegularModel::theta:
      return fit_theta(series.values, series.period);
    case RegularModel::stm:
      return fit_theta(series.values, ThetaForm::stm, series.period);
    case RegularModel::otm:
      return fit_theta(series.values, ThetaForm::otm, series.period);
    case RegularModel::dstm:
      return fit_theta(series.values, ThetaForm::dstm, series.period);
    case RegularModel::dotm:
      return fit_theta(series.values, ThetaForm::dotm, series.period);
    case RegularModel::ces:
      return fit_ces(series.values, series.period, series.check);
    case RegularModel::auto_arima:
      return fit_auto_arima(series.values, seasons_with(series), series.covariates.rows(),
                            series.check);
    case RegularModel::exponential_smoothing:
      return fit_exponential_smoothing(series.values, series.period, EtsRegion::calm, series.check);
    case RegularModel::nlinear:
      return series.pooled && series.longer.empty() && series.period <= kPlainSeasonMax
                 ? fit_nlinear(series.values, series.period, series.pooled)
                 : fit_nlinear(series.values, series.period, series.horizon, series.longer);
    case RegularModel::mstl:
      return fit_mstl(series.values, seasons_with(series), [&](std::span<const double> adjusted) {
        return state_within(series, adjusted);
      });
    case RegularModel::prophet:
      return fit_prophet(series.values, seasons_with(series), series.covariates.rows(),
                         series.check);
    case RegularModel::lightgbm:
      return fit_lightgbm(series.values, series.period,
                          {.rows = series.covariates.rows(),
                           .directions = directions_with(series.covariates.names),
                           .calendar = series.calendar},
                          series.check);
    case RegularModel::ensemble:
    case RegularModel::by_size:
    case RegularModel::automatic:
      break;
  }
  throw Error{ErrorKind::bug, "a combination is no model of its own"};
}

}  // namespace shelduck::forecast
