#include "shelduck/forecast/intervals/refit_scores.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <stdexcept>

namespace shelduck::forecast {
namespace {

// A season of four on a slope, with a wobble that no model knows.
RegularSeries wobbling(std::size_t n) {
  RegularSeries series{.values = {}, .period = 4, .horizon = 3};
  for (std::size_t t = 0; t < n; ++t) {
    const auto wobble = static_cast<double>(t * t * 7 % 11);
    series.values.push_back(50 + 0.5 * static_cast<double>(t) + 6.0 * static_cast<double>(t % 4) +
                            wobble);
  }
  return series;
}

struct Both {
  TrainedRegular trained;
  OriginScores fast;
  OriginScores exact;
};

Both both_of(const RegularSeries& series, RegularModel kind, std::size_t horizon = 3) {
  auto trained = std::get<TrainedRegular>(fit(series, kind));
  auto fast = origin_scores(trained, series.values, horizon);
  auto exact = refit_scores(trained, {.series = series, .kinds = {&kind, 1}}, horizon);
  return {std::move(trained), std::move(fast), std::move(exact)};
}

// Of differences of a season before `origin`, each weighing 0.9 of the next one.
double fading_difference(const RegularSeries& series, std::size_t origin) {
  double sum = 0;
  double weights = 0;
  for (std::size_t t = series.period; t < origin; ++t) {
    sum = 0.9 * sum + std::abs(series.values[t] - series.values[t - series.period]);
    weights = 0.9 * weights + 1;
  }
  return sum / weights;
}

TEST(RefitScores, AreErrorsOfFitsMadeByHandAtEveryOrigin) {
  const RegularSeries series = wobbling(30);
  for (const RegularModel kind : {RegularModel::holt, RegularModel::theta, RegularModel::naive2,
                                  RegularModel::exponential_smoothing, RegularModel::ensemble}) {
    const OriginScores scores = both_of(series, kind).exact;
    ASSERT_EQ(scores.by_step[0].size(), 10U) << to_string(kind);  // the newest third of 30
    for (std::size_t i = 0; i < 10; ++i) {
      const std::size_t origin = 20 + i;
      RegularSeries known = series;
      known.values.resize(origin);
      const Path path = forecast(std::get<TrainedRegular>(fit(known, kind)), 3);
      ASSERT_FALSE(path.deviations.empty());
      const double moved = fading_difference(series, origin);
      for (std::size_t h = 0; h < 3 && origin + h < 30; ++h) {
        const double error = std::abs(series.values[origin + h] - path.points[h]);
        EXPECT_NEAR(scores.by_step[h][i], error / std::sqrt(path.deviations[h] * moved), 1e-9)
            << to_string(kind) << " from " << origin << ", step " << h;
        EXPECT_EQ(scores.targets[h][i], origin + h);
      }
    }
  }
}

// Nothing that they forecast with was ever estimated, but for the one number that is inflated.
TEST(RefitScores, OfWhatIsClosedFormAreThoseOfOneFitWithoutInflation) {
  const RegularSeries series = wobbling(60);
  for (const RegularModel kind :
       {RegularModel::naive, RegularModel::seasonal_naive, RegularModel::mean, RegularModel::median,
        RegularModel::drift, RegularModel::growth}) {
    const auto [trained, fast, exact] = both_of(series, kind);
    const auto k = static_cast<double>(fitted(trained));
    const double factor = std::sqrt((60 + k) / (60 - k));
    for (std::size_t h = 0; h < 3; ++h) {
      ASSERT_EQ(fast.by_step[h].size(), exact.by_step[h].size()) << to_string(kind);
      for (std::size_t i = 0; i < fast.by_step[h].size(); ++i) {
        EXPECT_NEAR(fast.by_step[h][i], factor * exact.by_step[h][i], 1e-9) << to_string(kind);
      }
    }
    EXPECT_EQ(fast.units, exact.units);
    EXPECT_EQ(fast.targets, exact.targets);
    EXPECT_EQ(fast.degrees, exact.degrees);
    if (kind == RegularModel::naive || kind == RegularModel::seasonal_naive) {
      EXPECT_EQ(fast.by_step, exact.by_step) << to_string(kind);
    }
  }
}

// Else a model that learns its noise by heart would be trusted.
TEST(RefitScores, AreLargerThanThoseOfAFitThatKnewTheEnd) {
  const auto [trained, fast, exact] = both_of(wobbling(60), RegularModel::auto_arima);
  static_cast<void>(trained);
  EXPECT_NE(fast.by_step, exact.by_step);
  EXPECT_EQ(fast.by_step[0].size(), exact.by_step[0].size());
}

TEST(RefitScores, OfALongSeriesAreFewAndSpreadEvenly) {
  RegularSeries series = wobbling(1200);
  const std::array kinds{RegularModel::drift};
  const auto trained = std::get<TrainedRegular>(fit(series, kinds));
  std::size_t fits = 0;
  series.check = [&] { ++fits; };
  const OriginScores scores = refit_scores(trained, {.series = series, .kinds = kinds}, 2);
  EXPECT_EQ(fits, kRefitsMax);
  ASSERT_EQ(scores.targets[0].size(), kRefitsMax);
  EXPECT_EQ(scores.targets[0].back(), 1199U);
  for (std::size_t i = 1; i < kRefitsMax; ++i) {
    EXPECT_EQ(scores.targets[0][i] - scores.targets[0][i - 1], 4U);  // 400 origins for 100 fits
  }
}

TEST(RefitScores, StopWhereNobodyWaitsAnyMore) {
  RegularSeries series = wobbling(60);
  const std::array kinds{RegularModel::ses};
  const auto trained = std::get<TrainedRegular>(fit(series, kinds));
  std::size_t fits = 0;
  series.check = [&] {
    if (++fits == 3) throw std::runtime_error{"cancelled"};
  };
  EXPECT_THROW(static_cast<void>(refit_scores(trained, {.series = series, .kinds = kinds}, 2)),
               std::runtime_error);
  EXPECT_EQ(fits, 3U);
}

// Of five values nothing can be told; of an origin at which the model is none, nothing either.
TEST(RefitScores, AreNoneWhereTooFewValuesAreKnown) {
  const OriginScores scores = both_of(wobbling(5), RegularModel::naive).exact;
  for (const auto& of_step : scores.by_step) EXPECT_TRUE(of_step.size() <= 1);
  const RegularSeries one{.values = {5}};
  const OriginScores nothing = both_of(one, RegularModel::naive).exact;
  EXPECT_TRUE(nothing.units.empty());
  EXPECT_EQ(nothing.need, 2U);
}

}  // namespace
}  // namespace shelduck::forecast
