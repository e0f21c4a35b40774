#include "shelduck/forecast/smoothing/exponential_smoothing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/smoothing/ets_search.hpp"
#include "shelduck/forecast/smoothing/ets_spread.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::array kEtsErrors{EtsError::additive, EtsError::multiplicative};
constexpr std::array kEtsTrends{Trend::none, Trend::additive, Trend::damped};
constexpr std::array kEtsSeasons{EtsSeason::none, EtsSeason::additive, EtsSeason::multiplicative};
// A constant series tells nothing about alpha; values to come are followed.
constexpr double kConstantAlpha = 0.9999;
// A form whose rough fit has an AICc above the lowest by more is not the best: its other starts
// seldom find so much (docs/forecasting-constants.md).
constexpr double kContends = 10;
// The same of what is left of the way to the bottom of a valley.
constexpr double kNearBottom = 1;
// Their squares stay finite.
constexpr double kRelativeErrorMax = 1e70;

double point_of(const EtsForm& form, double base, double index) {
  return form.season == EtsSeason::multiplicative ? base * index : base + index;
}

bool needs_positive(const EtsForm& form) {
  return form.error == EtsError::multiplicative || form.season == EtsSeason::multiplicative;
}

[[noreturn]] void refuse_form(const EtsForm& form, const ErrorDetail& detail) {
  throw Error{ErrorKind::invalid_input,
              "exponential smoothing of the form " + to_string(form) + " cannot be fitted: " +
                  detail.field + " is " + detail.value + ", but must be " + detail.rule,
              detail};
}

void check_form(const EtsForm& form, std::span<const double> values, std::size_t period) {
  if (form.error == EtsError::additive && form.season == EtsSeason::multiplicative) {
    refuse_form(form, {.field = "form",
                       .value = to_string(form),
                       .rule = "one whose error is multiplicative if its season is"});
  }
  if (form.season != EtsSeason::none && (period < 2 || period > kEtsPeriodMax)) {
    refuse_form(form, {.field = "period",
                       .value = std::to_string(period),
                       .rule = "from 2 to " + std::to_string(kEtsPeriodMax)});
  }
  check_length("exponential_smoothing", values.size(), values_needed(form, period));
  const auto bad = std::find_if(values.begin(), values.end(), [](double y) { return !(y > 0); });
  if (needs_positive(form) && bad != values.end()) {
    refuse_form(form, {.field = "values[" + std::to_string(bad - values.begin()) + "]",
                       .value = std::to_string(*bad),
                       .rule = "positive"});
  }
}

std::span<const double> newest_of(std::span<const double> values) {
  return values.last(std::min(values.size(), kIterativeValuesMax));
}

// The forms among which the AICc chooses, the simpler ones first: those that leave it a
// denominator.
std::vector<EtsForm> candidates_for(std::span<const double> values, std::size_t period) {
  const bool positive = std::all_of(values.begin(), values.end(), [](double y) { return y > 0; });
  const bool seasonal = period > 1 && period <= kEtsPeriodMax;
  std::vector<EtsForm> forms;
  for (const EtsSeason season : kEtsSeasons) {
    for (const Trend trend : kEtsTrends) {
      for (const EtsError error : kEtsErrors) {
        const EtsForm form{.error = error, .trend = trend, .season = season};
        const bool possible =
            (positive || !needs_positive(form)) && (seasonal || season == EtsSeason::none) &&
            (error == EtsError::multiplicative || season != EtsSeason::multiplicative);
        if (possible && values.size() >= values_needed(form, period) + 2) {
          forms.push_back(form);
        }
      }
    }
  }
  return forms;
}

template <class AiccOf>
void keep_contenders(std::vector<EtsForm>& forms, double margin, const AiccOf& aicc_of) {
  double lowest = std::numeric_limits<double>::infinity();
  for (const EtsForm& form : forms) lowest = std::min(lowest, aicc_of(form));
  std::erase_if(forms, [&](const EtsForm& form) { return aicc_of(form) > lowest + margin; });
}

// Along the newest of the values.
ExponentialSmoothingModel model_along(std::span<const double> values, const EtsForm& form,
                                      std::size_t period, const EtsCourse& course) {
  ExponentialSmoothingModel model{
      .form = form,
      .period = form.season == EtsSeason::none ? 1 : period,
      .weights = course.weights,
      .start = course.start,
      .state = course.start,
  };
  const std::span<const double> newest = newest_of(values);
  model.skipped = values.size() - newest.size();
  return absorbed(model, newest);
}

// Whether the relative errors of the fit are none of values that are positive.
bool is_wild(const EtsSearch& search, const EtsFit& fit, std::span<const double> values,
             std::size_t period) {
  if (fit.form.error == EtsError::additive || !fit.is_possible) return false;
  const ErrorSum errors = model_along(values, fit.form, period, search.course_of(fit)).errors;
  return errors.deviation().value_or(0) >= kRelativeDeviationMax;
}

// Every form is fitted, those that may be the best from all starts, and what then is near the
// lowest AICc to the bottom of its valley.
EtsFit best_of(EtsSearch& search, std::vector<EtsForm> forms, std::span<const double> values,
               std::size_t period) {
  const auto wild = [&](const EtsFit& fit) { return is_wild(search, fit, values, period); };
  std::erase_if(forms, [&](const EtsForm& form) { return wild(search.rough(form)); });
  keep_contenders(forms, kContends, [&](const EtsForm& form) { return search.rough(form).aicc; });
  std::erase_if(forms, [&](const EtsForm& form) { return wild(search.fit(form)); });
  keep_contenders(forms, kNearBottom, [&](const EtsForm& form) { return search.fit(form).aicc; });
  std::optional<EtsFit> best;
  for (const EtsForm& form : forms) {
    const EtsFit fit = search.polished(search.fit(form));
    if ((!best || fit.aicc < best->aicc) && !wild(fit)) best = fit;
  }
  return best ? *best : search.polished(search.fit(EtsForm{}));
}

ExponentialSmoothingModel model_of(const EtsSearch& search, const EtsFit& fit,
                                   std::span<const double> values, std::size_t period) {
  ExponentialSmoothingModel model = model_along(values, fit.form, period, search.course_of(fit));
  if (!fit.is_exact) {
    model.criterion = fit.criterion + search.criterion_of_unit();
  }
  if (!fit.is_exact && std::isfinite(fit.aicc)) {
    model.aicc = fit.aicc + search.criterion_of_unit();
  }
  return model;
}

}  // namespace

double ExponentialSmoothingModel::next() const {
  return point_of(form, state.level + weights.phi * state.slope, state.season[state.phase]);
}

void ExponentialSmoothingModel::absorb(double value) {
  const double damped = weights.phi * state.slope;
  const double base = state.level + damped;
  double& index = state.season[state.phase];
  const double point = point_of(form, base, index);
  const double error = value - point;
  if (form.season == EtsSeason::multiplicative) {
    state.level = base + weights.alpha * (error / index);
    state.slope = damped + weights.beta * (error / index);
    if (base > 0 && value > 0) {
      index = std::clamp(index + weights.gamma * (error / base), kEtsIndexMin, kEtsIndexMax);
    }
  } else {
    state.level = base + weights.alpha * error;
    state.slope = damped + weights.beta * error;
    index += weights.gamma * error;
  }
  if (form.error == EtsError::additive) {
    errors.add(error);
  } else if (const double relative = error / point; std::abs(relative) <= kRelativeErrorMax) {
    errors.add(relative);
  }
  state.phase = state.phase + 1 == period ? 0 : state.phase + 1;
  ++n;
}

ExponentialSmoothingModel fit_exponential_smoothing(std::span<const double> values,
                                                    std::size_t period, EtsRegion region,
                                                    const StopCheck& check) {
  check_length("exponential_smoothing", values.size(), values_needed(EtsForm{}, period));
  const std::span<const double> newest = newest_of(values);
  EtsSearch search{newest, period, region, check};
  if (search.is_constant()) {
    return model_along(values, {}, period,
                       {.weights = {.alpha = kConstantAlpha}, .start = {.level = values.front()}});
  }
  const EtsFit best = best_of(search, candidates_for(newest, period), newest, period);
  return model_of(search, best, values, period);
}

ExponentialSmoothingModel fit_exponential_smoothing(std::span<const double> values,
                                                    const EtsForm& form, std::size_t period,
                                                    EtsRegion region) {
  const std::span<const double> newest = newest_of(values);
  check_form(form, newest, period);
  EtsSearch search{newest, period, region};
  const EtsFit& fit = search.fit(form);
  if (!fit.is_possible) {
    refuse_form(form, {.field = "values",
                       .value = "too far apart",
                       .rule = "such that level, season and forecasts stay positive"});
  }
  return model_of(search, search.polished(fit), values, period);
}

ExponentialSmoothingModel started(const ExponentialSmoothingModel& model) {
  ExponentialSmoothingModel start = model;
  start.state = model.start;
  start.n = 0;
  start.errors = {};
  return start;
}

std::size_t fitted(const ExponentialSmoothingModel& model) {
  return ets_parameters(model.form) + ets_states(model.form, model.period);
}

Path forecast(const ExponentialSmoothingModel& model, std::size_t horizon) {
  const std::optional<double> deviation = model.errors.deviation(fitted(model));
  Path path = flat_path(0, deviation, horizon);
  EtsSpread spread{{.form = model.form,
                    .period = model.period,
                    .weights = model.weights,
                    .deviation = deviation.value_or(0)},
                   model.state};
  std::size_t phase = model.state.phase;
  double damping = 1;
  double weight_of_slope = 0;  // phi + ... + phi^h
  for (std::size_t h = 0; h < horizon; ++h) {
    damping *= model.weights.phi;
    weight_of_slope += damping;
    const double base = model.state.level + weight_of_slope * model.state.slope;
    const double index = model.state.season[phase];
    path.points[h] = point_of(model.form, base, index);
    if (deviation) {
      path.deviations[h] = spread.next();
    }
    phase = phase + 1 == model.period ? 0 : phase + 1;
  }
  return path;
}

OneStep one_step(const ExponentialSmoothingModel& model, std::span<const double> values) {
  return errors_since_start(model, values);
}

}  // namespace shelduck::forecast
