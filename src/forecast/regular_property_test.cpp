// Properties that hold for every regular series and each of its models.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "shelduck/forecast/any_regular_for_test.hpp"
#include "shelduck/forecast/intervals/interval_bounds.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kSteps = 15;

RegularSeries moved(RegularSeries series, double factor, double shift) {
  for (double& value : series.values) {
    value = value * factor + shift;
  }
  return series;
}

TrainedRegular model_of(const RegularSeries& series, RegularModel kind) {
  return std::get<TrainedRegular>(fit(series, kind));
}

Path path_of(const RegularSeries& series, RegularModel kind) {
  return forecast(model_of(series, kind), kSteps);
}

bool tells_zeros(RegularModel kind) {
  return kind == RegularModel::croston || kind == RegularModel::tsb;
}

bool updates_to_its_fit(RegularModel kind) {
  return kind == RegularModel::naive || kind == RegularModel::seasonal_naive ||
         kind == RegularModel::mean || kind == RegularModel::median ||
         kind == RegularModel::drift || kind == RegularModel::growth || tells_zeros(kind);
}

bool follows_shifts(RegularModel kind) {
  const bool is_share = tells_zeros(kind) || kind == RegularModel::growth;
  return (updates_to_its_fit(kind) && !is_share) || kind == RegularModel::ses ||
         kind == RegularModel::holt || kind == RegularModel::nlinear;
}

RC_GTEST_PROP(RegularForecasts, AreFinite, ()) {
  const RegularSeries series = any_regular();
  for (const RegularModel kind : models_for(series)) {
    const Path path = path_of(series, kind);
    RC_ASSERT(path.points.size() == kSteps);
    RC_ASSERT(path.deviations.empty() || path.deviations.size() == kSteps);
    for (const double point : path.points) {
      RC_ASSERT(std::isfinite(point));
    }
    for (const double deviation : path.deviations) {
      RC_ASSERT(std::isfinite(deviation) && deviation >= 0);
    }
  }
}

RC_GTEST_PROP(RegularForecasts, TimesAPowerOfTwoGiveTheSameBits, ()) {
  const RegularSeries series = any_regular();
  const double factor = std::ldexp(1.0, *rc::gen::inRange(-40, 40));
  const RegularSeries scaled = moved(series, factor, 0);
  for (const RegularModel kind : models_for(series)) {
    const Path path = path_of(series, kind);
    const Path other = path_of(scaled, kind);
    RC_ASSERT(other.deviations.size() == path.deviations.size());
    for (std::size_t h = 0; h < kSteps; ++h) {
      RC_ASSERT(other.points[h] == path.points[h] * factor);
      if (!path.deviations.empty()) {
        RC_ASSERT(other.deviations[h] == path.deviations[h] * factor);
      }
    }
  }
}

RC_GTEST_PROP(RegularForecasts, FollowAShift, ()) {
  constexpr double kShiftTolerance = 1e-6;  // of the mean seasonal difference
  const RegularSeries series = any_regular();
  const double shift = *rc::gen::inRange(-1000000, 1000000) / 16.0;
  const RegularSeries shifted = moved(series, 1, shift);
  // At least the smallest distance there is.
  const double scale = std::max(1.0 / 16, difference_scale(series.values, series.period));
  for (const RegularModel kind : models_for(series)) {
    const bool is_logarithm = kind == RegularModel::nlinear && !series.longer.empty();
    if (!follows_shifts(kind) || is_logarithm) {
      continue;  // a factor does not move with a shift
    }
    const Path path = path_of(series, kind);
    const Path other = path_of(shifted, kind);
    for (std::size_t h = 0; h < kSteps; ++h) {
      RC_ASSERT(std::abs(other.points[h] - path.points[h] - shift) <= kShiftTolerance * scale);
    }
  }
}

RC_GTEST_PROP(RegularForecasts, OfClosedFormsComeFromUpdatesToo, ()) {
  const RegularSeries series = any_regular();
  const auto cut = *rc::gen::inRange<std::size_t>(2, series.values.size() + 1);
  const RegularSeries first{
      .values = {series.values.begin(), series.values.begin() + static_cast<std::ptrdiff_t>(cut)},
      .period = series.period};
  const std::span rest = std::span{series.values}.subspan(cut);
  for (const RegularModel kind : kRegularModels) {
    const bool without_season = kind == RegularModel::naive2 && series.period < 2;
    if (updates_to_its_fit(kind) || without_season) {
      const Path path = forecast(update(model_of(first, kind), rest), kSteps);
      const Path whole = path_of(series, kind);
      RC_ASSERT(path.points == whole.points);
      RC_ASSERT(path.deviations == whole.deviations);
    }
  }
}

RC_GTEST_PROP(RegularForecasts, DoNotSeeHowUpdatesAreCut, ()) {
  const RegularSeries series = any_regular();
  const RegularSeries later = any_regular();
  for (const RegularModel kind : models_for(series)) {
    const TrainedRegular whole = update(model_of(series, kind), later.values);
    TrainedRegular pieces = model_of(series, kind);
    for (const double& value : later.values) {
      pieces = update(std::move(pieces), std::span{&value, 1});
    }
    RC_ASSERT(forecast(whole, kSteps).points == forecast(pieces, kSteps).points);
    RC_ASSERT(forecast(whole, kSteps).deviations == forecast(pieces, kSteps).deviations);
  }
}

// one_step is the way of the model along the values: its last error is that of the forecast which
// the same model gave before the last value came.
RC_GTEST_PROP(RegularForecasts, PastErrorsAreThoseOfUpdates, ()) {
  const RegularSeries series = any_regular();
  const double next = *rc::gen::inRange(-10000, 10000) / 16.0;
  std::vector<double> longer = series.values;
  longer.push_back(next);
  for (const RegularModel kind : models_for(series)) {
    const TrainedRegular model = model_of(series, kind);
    const double point = forecast(model, 1).points[0];
    const OneStep past = one_step(model, longer);
    RC_ASSERT(past.first + past.errors.size() == longer.size());
    RC_ASSERT(past.errors.back() == next - point);
  }
}

// Of whatever model: bounds are finite, hold the point and lie within those of a wider level, and
// values times 2^k have the same bounds times 2^k.
RC_GTEST_PROP(RegularIntervals, AreOrderedAndScaleWithTheValues, ()) {
  constexpr std::size_t kHorizon = 4;
  const std::vector<double> levels{0.95, 0.5, 0.8};
  const RegularSeries series = any_regular();
  const double factor = std::ldexp(1.0, *rc::gen::inRange(-40, 40));
  const RegularSeries scaled = moved(series, factor, 0);
  for (const RegularModel kind : models_for(series)) {
    const auto bounds_on = [&](const RegularSeries& of) {
      const TrainedRegular model = model_of(of, kind);
      const OriginScores scores = origin_scores(model, of.values, kHorizon);
      ScorePool pool;
      pool.add("this", scores);
      const auto points = forecast(model, kHorizon).points;
      return std::pair{
          points, bounds_of(points, evidence_of(scores, levels), std::move(pool).sorted(), levels)};
    };
    const auto [points, bounds] = bounds_on(series);
    const auto [other_points, other] = bounds_on(scaled);
    for (std::size_t h = 0; h < bounds[0].lower.size(); ++h) {
      RC_ASSERT(std::isfinite(bounds[0].lower[h]) && std::isfinite(bounds[0].upper[h]));
      RC_ASSERT(bounds[0].lower[h] <= bounds[2].lower[h]);
      RC_ASSERT(bounds[2].lower[h] <= bounds[1].lower[h] && bounds[1].lower[h] <= points[h]);
      RC_ASSERT(points[h] <= bounds[1].upper[h] && bounds[1].upper[h] <= bounds[2].upper[h]);
      RC_ASSERT(bounds[2].upper[h] <= bounds[0].upper[h]);
      for (std::size_t i = 0; i < levels.size(); ++i) {
        RC_ASSERT(other[i].lower[h] == bounds[i].lower[h] * factor);
        RC_ASSERT(other[i].upper[h] == bounds[i].upper[h] * factor);
      }
    }
  }
}

}  // namespace
}  // namespace shelduck::forecast
