// Properties that hold for every series: equivariance, order, determinism, finiteness.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "shelduck/forecast/remaining.hpp"
#include "shelduck/forecast/select.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::array kEach{ModelKind::mean, ModelKind::median,     ModelKind::recent_median,
                           ModelKind::ses,  ModelKind::regression, ModelKind::together};

// 5 to 60 runs with gaps of minutes to days, zeros, repetitions, giants and unmeasured sizes.
Series any_series() {
  Series series{.values = {}, .covariates = {{"packages", {}}}};
  const int n = *rc::gen::inRange(5, 60);
  double time = 1.6e9;
  for (int i = 0; i < n; ++i) {
    const int form = *rc::gen::inRange(0, 12);
    const double plain = *rc::gen::inRange(1, 100000) / 16.0;
    series.values.push_back(form == 0 ? 0 : form == 1 ? plain * 1e9 : form < 5 ? 64 : plain);
    time += *rc::gen::inRange(0, 200000);
    series.times.push_back(time);
    const int packages = *rc::gen::inRange(-1, 50);
    series.covariates[0].values.push_back(packages < 0 ? kUnknown : packages);
  }
  return series;
}

NextRun after(const Series& series) {
  return {.time = series.times.back() + 80000, .covariates = {{"packages", 7}}};
}

Forecast forecast_of(const Series& series, ModelKind kind, Sign sign = Sign::non_negative) {
  const TrainedModel model = std::get<TrainedModel>(train(series, kind));
  return interval(predict(model, after(series)), {.level = 0.8, .sign = sign});
}

Series transformed(Series series, double factor, double shift) {
  for (double& value : series.values) {
    value = value * factor + shift;
  }
  return series;
}

RC_GTEST_PROP(Forecasts, AreFiniteAndOrdered, ()) {
  const Series series = any_series();
  for (const ModelKind kind : kEach) {
    const Forecast f = forecast_of(series, kind);
    RC_ASSERT(std::isfinite(f.point) && f.point >= 0);
    RC_ASSERT(f.lower.has_value() == f.upper.has_value());
    RC_ASSERT(f.lower.has_value() != f.interval_need.has_value());
    if (f.lower) {
      RC_ASSERT(std::isfinite(*f.lower) && std::isfinite(*f.upper));
      RC_ASSERT(0 <= *f.lower && *f.lower <= f.point && f.point <= *f.upper);
    }
  }
}

RC_GTEST_PROP(Forecasts, LevelsNeverCross, ()) {
  const Series series = any_series();
  const auto model = std::get<TrainedModel>(train(series));
  const Predictive next = predict(model, after(series));
  Forecast inner = interval(next, {.level = 0.5});
  for (const double level : {0.8, 0.9, 0.95}) {
    const Forecast outer = interval(next, {.level = level});
    if (inner.lower && outer.lower) {
      RC_ASSERT(*outer.lower <= *inner.lower && *inner.upper <= *outer.upper);
    }
    inner = outer;
  }
}

RC_GTEST_PROP(Forecasts, TimesAPowerOfTwoGiveTheSameBits, ()) {
  const Series series = any_series();
  const double factor = std::ldexp(1.0, *rc::gen::inRange(-20, 20));
  const Series scaled = transformed(series, factor, 0);
  for (const ModelKind kind : kEach) {
    // An offset of 1 stands for "no unit known": only series with a positive value have one.
    RC_PRE(*std::max_element(series.values.begin(), series.values.end()) > 0);
    const Forecast f = forecast_of(series, kind);
    const Forecast g = forecast_of(scaled, kind);
    RC_ASSERT(g.point == f.point * factor);
    if (f.lower) {
      RC_ASSERT(*g.lower == *f.lower * factor);
      RC_ASSERT(*g.upper == *f.upper * factor);
    }
  }
}

RC_GTEST_PROP(Forecasts, ScaleWithTheData, ()) {
  const Series series = any_series();
  RC_PRE(*std::max_element(series.values.begin(), series.values.end()) > 0);
  const double factor = *rc::gen::inRange(1, 1000000) / 1000.0;
  double unit = kMagnitudeMax;  // of zeros in a log
  for (const double value : series.values) unit = value > 0 ? std::min(unit, value) : unit;
  for (const ModelKind kind : kEach) {
    const Forecast f = forecast_of(series, kind);
    const Forecast g = forecast_of(transformed(series, factor, 0), kind);
    const auto is_scaled = [&](double plain, double scaled) {
      return std::abs(scaled - factor * plain) <= 1e-6 * factor * std::max(plain, unit);
    };
    RC_ASSERT(is_scaled(f.point, g.point));
    RC_ASSERT(f.lower.has_value() == g.lower.has_value());
    if (f.lower) {
      RC_ASSERT(is_scaled(*f.lower, *g.lower) && is_scaled(*f.upper, *g.upper));
    }
  }
}

RC_GTEST_PROP(Forecasts, ShiftWithTheData, ()) {
  Series series = any_series();
  series.values.resize(std::min<std::size_t>(series.values.size(), 5));  // alpha at its default
  series.times.resize(series.values.size());
  series.covariates[0].values.resize(series.values.size());
  const double shift = *rc::gen::inRange(-100000, 100000);
  const double largest = *std::max_element(series.values.begin(), series.values.end());
  for (const ModelKind kind : {ModelKind::mean, ModelKind::median, ModelKind::ses}) {
    const double expected = forecast_of(series, kind, Sign::any).point + shift;
    const double shifted = forecast_of(transformed(series, 1, shift), kind, Sign::any).point;
    RC_ASSERT(std::abs(shifted - expected) <= 1e-9 * (largest + std::abs(shift)));
  }
}

RC_GTEST_PROP(Forecasts, OfMeanAndMedianIgnoreTheOrder, ()) {
  Series series = any_series();
  const Forecast mean = forecast_of(series, ModelKind::mean);
  const Forecast median = forecast_of(series, ModelKind::median);
  std::reverse(series.values.begin(), series.values.end());
  RC_ASSERT(forecast_of(series, ModelKind::median).point == median.point);
  RC_ASSERT(std::abs(forecast_of(series, ModelKind::mean).point - mean.point) <=
            1e-12 * mean.point);
}

RC_GTEST_PROP(Forecasts, DoNotDependOnTheOrderOfColumns, ()) {
  Series series = any_series();
  series.covariates.push_back({"bytes", series.values});
  const Forecast f = forecast_of(series, ModelKind::regression);
  std::swap(series.covariates[0], series.covariates[1]);
  const Forecast g = forecast_of(series, ModelKind::regression);
  RC_ASSERT(std::abs(f.point - g.point) <= 1e-6 * std::max(1.0, f.point));
}

RC_GTEST_PROP(Forecasts, AreDeterministic, ()) {
  const Series series = any_series();
  const Forecast f = forecast_of(series, ModelKind::automatic);
  const Forecast g = forecast_of(series, ModelKind::automatic);
  RC_ASSERT(f.point == g.point && f.lower == g.lower && f.upper == g.upper && f.model == g.model);
}

RC_GTEST_PROP(Remaining, IsFiniteOrderedAndItsEndNeverMovesForward, ()) {
  const Series series = any_series();
  const auto model = std::get<TrainedModel>(train(series));
  const Predictive next = predict(model, after(series));
  double elapsed = 0;
  double end = 0;
  for (int look = 0; look < 20; ++look) {
    const Forecast rest = remaining_time(next, {.elapsed = elapsed}, {.level = 0.5}).forecast;
    RC_ASSERT(std::isfinite(rest.point) && rest.point >= 0);
    RC_ASSERT(rest.lower <= rest.point && rest.point <= rest.upper.value());
    RC_ASSERT(elapsed + rest.point >= end * (1 - 1e-9));
    end = elapsed + rest.point;
    elapsed += *rc::gen::inRange(1, 10000) / 10.0;
  }
}

}  // namespace
}  // namespace shelduck::forecast
