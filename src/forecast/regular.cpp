#include "shelduck/forecast/regular.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

void check_regular(std::span<const double> values) {
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (!(std::abs(values[t]) <= kMagnitudeMax)) {
      const std::string field = "values[" + std::to_string(t) + "]";
      const std::string text = std::to_string(values[t]);
      const std::string rule = "finite, and at most 1e150 in size";
      throw Error{ErrorKind::invalid_input,
                  "the series cannot be used: " + field + " is " + text + ", but must be " + rule,
                  {.field = field,
                   .value = text,
                   .rule = rule,
                   .hint = std::isnan(values[t]) ? "fill missing values first" : ""}};
    }
  }
}

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
    case RegularModel::ses:
      return fit_holt(series.values, Trend::none);
    case RegularModel::holt:
      return fit_holt(series.values, Trend::additive);
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
      return fit_ces(series.values, series.period);
    case RegularModel::exponential_smoothing:
      break;
  }
  return fit_exponential_smoothing(series.values, series.period);
}

template <class Model>
std::size_t skipped_by(const Model& model) {
  if constexpr (requires { model.skipped; }) return model.skipped;
  return 0;
}

template <class Model>
void visit_origins(const Model& model, std::span<const double> values, const Origins& origins,
                   const OriginVisitor& visit) {
  Model at = started(model);
  for (std::size_t t = skipped_by(model); t < values.size(); ++t) {
    if (t >= origins.first) {
      visit(t, forecast(at, std::min(origins.horizon, values.size() - t)));
    }
    at.absorb(values[t]);
  }
}

}  // namespace

std::string_view to_string(RegularModel kind) noexcept {
  constexpr std::array<std::string_view, kRegularModels.size()> kNames{
      "naive", "naive2", "seasonal_naive", "mean",  "median",
      "drift", "ses",    "holt",           "theta", "stm",
      "otm",   "dstm",   "dotm",           "ces",   "exponential_smoothing"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::optional<RegularModel> parse_regular_model(std::string_view word) noexcept {
  const auto found = std::find_if(kRegularModels.begin(), kRegularModels.end(),
                                  [&](RegularModel kind) { return to_string(kind) == word; });
  return found == kRegularModels.end() ? std::nullopt : std::optional{*found};
}

std::size_t values_needed(RegularModel kind) noexcept {
  switch (kind) {
    case RegularModel::naive:
    case RegularModel::naive2:
    case RegularModel::seasonal_naive:
    case RegularModel::mean:
    case RegularModel::median:
      return 1;
    case RegularModel::drift:
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
    case RegularModel::exponential_smoothing:
      break;
  }
  return values_needed(EtsForm{}, 1);
}

std::variant<TrainedRegular, NotEnough> fit(const RegularSeries& series, RegularModel kind) {
  check_regular(series.values);
  const std::size_t have = series.values.size();
  if (have < values_needed(kind)) {
    return NotEnough{.have = have, .need = values_needed(kind)};
  }
  return TrainedRegular{
      .kind = kind, .period = series.period, .n = have, .state = fitted_state(series, kind)};
}

Path forecast(const TrainedRegular& model, std::size_t horizon) {
  check_horizon(horizon);
  return std::visit([&](const auto& state) { return forecast(state, horizon); }, model.state);
}

TrainedRegular update(TrainedRegular model, std::span<const double> values) {
  check_regular(values);
  std::visit(
      [&](auto& state) {
        for (const double value : values) {
          state.absorb(value);
        }
      },
      model.state);
  model.n += values.size();
  return model;
}

std::size_t fitted(const TrainedRegular& model) {
  return std::visit([](const auto& state) { return fitted(state); }, model.state);
}

void for_each_origin(const TrainedRegular& model, std::span<const double> values,
                     const Origins& origins, const OriginVisitor& visit) {
  check_regular(values);
  check_horizon(origins.horizon);
  std::visit([&](const auto& state) { visit_origins(state, values, origins, visit); }, model.state);
}

OneStep one_step(const TrainedRegular& model, std::span<const double> values) {
  check_regular(values);
  return std::visit([&](const auto& state) { return one_step(state, values); }, model.state);
}

}  // namespace shelduck::forecast
