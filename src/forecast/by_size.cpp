#include "shelduck/forecast/by_size.hpp"

#include "shelduck/forecast/seasonal/strength.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kArimaFrom = 20;
constexpr std::size_t kProphetFrom = 30;
constexpr std::size_t kLightgbmFrom = 50;
constexpr std::size_t kNlinearFrom = 100;

}  // namespace

std::optional<RegularModel> select_model_type(std::size_t n, double season_strength,
                                              bool has_covariates) noexcept {
  if (n >= kNlinearFrom) return RegularModel::nlinear;
  if (n >= kLightgbmFrom && has_covariates) return RegularModel::lightgbm;
  if (n >= kProphetFrom && season_strength >= kProphetSeason) return RegularModel::prophet;
  if (n >= kArimaFrom) return RegularModel::auto_arima;
  if (n >= kBySizeNeeds) return RegularModel::exponential_smoothing;
  return std::nullopt;
}

std::optional<RegularModel> select_model_type(const RegularSeries& series) {
  const std::size_t n = series.values.size();
  const bool asks =
      n >= kProphetFrom && n < kNlinearFrom && series.period >= 2 && n >= 2 * series.period + 1;
  return select_model_type(n, asks ? seasonal_strength(series.values, series.period) : 0,
                           !series.covariates.names.empty());
}

}  // namespace shelduck::forecast
