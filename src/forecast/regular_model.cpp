#include "shelduck/forecast/regular_model.hpp"

#include <algorithm>

#include "shelduck/forecast/arima/arima.hpp"
#include "shelduck/forecast/automatic.hpp"
#include "shelduck/forecast/by_size.hpp"
#include "shelduck/forecast/ces/ces.hpp"
#include "shelduck/forecast/lightgbm/lightgbm.hpp"
#include "shelduck/forecast/lightgbm/lightgbm_library.hpp"
#include "shelduck/forecast/nlinear/nlinear.hpp"
#include "shelduck/forecast/prophet/prophet.hpp"
#include "shelduck/forecast/smoothing/exponential_smoothing.hpp"
#include "shelduck/forecast/smoothing/holt.hpp"
#include "shelduck/forecast/theta/theta.hpp"

namespace shelduck::forecast {
namespace {

std::vector<RegularModel> members_of_covariates(const RegularSeries& series) {
  std::vector<RegularModel> members;
  const std::size_t covariates = series.covariates.names.size();
  if (covariates <= kArimaColumnsMax) members.push_back(RegularModel::auto_arima);
  members.push_back(RegularModel::prophet);
  if (series.values.size() >= kTreesFrom && is_lightgbm_there()) {
    members.push_back(RegularModel::lightgbm);
  }
  return members;
}

// Mostly years.
bool is_without_season(const RegularSeries& series) {
  const std::size_t n = series.values.size();
  return series.period < 2 && series.longer.empty() && n >= kShortSeries && n <= kGrowthValues;
}

std::vector<RegularModel> members_of_years(const RegularSeries& series) {
  std::vector<RegularModel> members{RegularModel::ces, RegularModel::dotm,
                                    RegularModel::exponential_smoothing, RegularModel::holt,
                                    RegularModel::growth};
  if (series.pooled) members.push_back(RegularModel::nlinear);
  return members;
}

std::vector<RegularModel> members_of_regular(const RegularSeries& series) {
  std::vector<RegularModel> members{RegularModel::ces, RegularModel::dotm,
                                    RegularModel::exponential_smoothing, RegularModel::auto_arima,
                                    RegularModel::nlinear};
  if (has_prophet_season(series.values.size(), series.period)) {
    members.push_back(RegularModel::prophet);
  }
  return members;
}

std::vector<RegularModel> members_for(ProblemClass problem, const RegularSeries& series) {
  switch (problem) {
    case ProblemClass::too_short:
      return {RegularModel::naive, RegularModel::ces};
    case ProblemClass::intermittent:
      return {RegularModel::naive, RegularModel::croston, RegularModel::tsb};
    case ProblemClass::long_season:
      return {RegularModel::mstl, RegularModel::nlinear, RegularModel::ces};
    case ProblemClass::day_of_hours:
    case ProblemClass::several_seasons:
      return {RegularModel::nlinear};
    case ProblemClass::known_covariates:
      return members_of_covariates(series);
    case ProblemClass::regular:
      break;
  }
  return is_without_season(series) ? members_of_years(series) : members_of_regular(series);
}

}  // namespace

std::string_view to_string(RegularModel kind) noexcept {
  constexpr std::array<std::string_view, kRegularModels.size()> kNames{"naive",
                                                                       "naive2",
                                                                       "seasonal_naive",
                                                                       "mean",
                                                                       "median",
                                                                       "drift",
                                                                       "growth",
                                                                       "ses",
                                                                       "holt",
                                                                       "croston",
                                                                       "tsb",
                                                                       "theta",
                                                                       "stm",
                                                                       "otm",
                                                                       "dstm",
                                                                       "dotm",
                                                                       "ces",
                                                                       "auto_arima",
                                                                       "exponential_smoothing",
                                                                       "nlinear",
                                                                       "mstl",
                                                                       "prophet",
                                                                       "lightgbm",
                                                                       "ensemble",
                                                                       "by_size",
                                                                       "auto"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::optional<RegularModel> parse_regular_model(std::string_view word) noexcept {
  const auto found = std::find_if(kRegularModels.begin(), kRegularModels.end(),
                                  [&](RegularModel kind) { return to_string(kind) == word; });
  return found == kRegularModels.end() ? std::nullopt : std::optional{*found};
}

std::vector<RegularModel> members_of(RegularModel kind, const RegularSeries& series) {
  if (kind == RegularModel::automatic) return members_for(problem_class(series), series);
  if (kind == RegularModel::ensemble) {
    return members_for(
        series.covariates.names.empty() ? ProblemClass::regular : ProblemClass::known_covariates,
        series);
  }
  if (kind == RegularModel::by_size) {
    const auto member = select_model_type(series);
    return member ? std::vector{*member} : std::vector<RegularModel>{};
  }
  return {kind};
}

bool stands_within_mstl(RegularModel kind) noexcept {
  return kind != RegularModel::mstl && kind != RegularModel::ensemble &&
         kind != RegularModel::by_size && kind != RegularModel::automatic;
}

bool is_closed_form(RegularModel kind) noexcept {
  switch (kind) {
    case RegularModel::naive:
    case RegularModel::naive2:
    case RegularModel::seasonal_naive:
    case RegularModel::mean:
    case RegularModel::median:
    case RegularModel::drift:
    case RegularModel::growth:
    case RegularModel::croston:
    case RegularModel::tsb:
    case RegularModel::nlinear:
      return true;
    default:
      return false;
  }
}

bool knows_covariates(RegularModel kind) noexcept {
  switch (kind) {
    case RegularModel::auto_arima:
    case RegularModel::prophet:
    case RegularModel::lightgbm:
    case RegularModel::ensemble:
    case RegularModel::by_size:
    case RegularModel::automatic:
      return true;
    default:
      return false;
  }
}

std::size_t values_needed(RegularModel kind, std::size_t covariates) noexcept {
  switch (kind) {
    case RegularModel::naive:
    case RegularModel::naive2:
    case RegularModel::seasonal_naive:
    case RegularModel::mean:
    case RegularModel::median:
    case RegularModel::croston:
    case RegularModel::tsb:
      return 1;
    case RegularModel::drift:
    case RegularModel::growth:
      return 2;
    case RegularModel::ses:
      return values_needed(Trend::none);
    case RegularModel::holt:
      return values_needed(Trend::additive);
    case RegularModel::theta:
    case RegularModel::stm:
    case RegularModel::dstm:
      return values_needed(ThetaForm::stm);
    case RegularModel::otm:
    case RegularModel::dotm:
      return values_needed(ThetaForm::otm);
    case RegularModel::ces:
      return values_needed(CesForm::none, 1);
    case RegularModel::auto_arima:
      return arima_needs(covariates);
    case RegularModel::exponential_smoothing:
      return values_needed(EtsForm{}, 1);
    case RegularModel::nlinear:
      return kNlinearNeeds;
    case RegularModel::prophet:
      return kProphetNeeds + covariates;
    case RegularModel::lightgbm:
      return kLightgbmNeeds;
    case RegularModel::mstl:
    case RegularModel::ensemble:
      return values_needed(EtsForm{}, 1);
    case RegularModel::by_size:
      return kBySizeNeeds;
    case RegularModel::automatic:
      break;
  }
  return 1;
}

}  // namespace shelduck::forecast
