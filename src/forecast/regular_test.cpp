#include "shelduck/forecast/regular.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/intervals/origin_scores.hpp"
#include "shelduck/forecast/series_for_test.hpp"
#include "shelduck/forecast/state/model_state.hpp"
#include "shelduck/forecast/timed_out.hpp"

namespace shelduck::forecast {
namespace {

const RegularSeries kWeeks{.values = {3, 5, 4, 8, 7, 9, 6}, .period = 2};
// As many values as any model needs.
const RegularSeries kFortnight{.values = {3, 5, 4, 8, 7, 9, 6, 8, 9, 12, 10, 13, 11, 14},
                               .period = 2};

TrainedRegular trained_on(const RegularSeries& series, RegularModel kind) {
  return std::get<TrainedRegular>(fit(series, kind));
}

template <class Call>
Error refusal_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return Error{ErrorKind::bug, "nothing was refused"};
}

TEST(RegularModels, HaveTheNamesOfTheOptions) {
  for (const RegularModel kind : kRegularModels) {
    EXPECT_EQ(parse_regular_model(to_string(kind)), kind);
  }
  EXPECT_EQ(to_string(RegularModel::seasonal_naive), "seasonal_naive");
  EXPECT_FALSE(parse_regular_model("Naive"));
  EXPECT_FALSE(parse_regular_model(""));
}

// By hand: the points of the closed-form models on 3, 5, 4, 8, 7, 9, 6.
TEST(RegularModels, ForecastThroughOneDoor) {
  const auto points = [](RegularModel kind) {
    return forecast(trained_on(kWeeks, kind), 3).points;
  };
  using Points = std::vector<double>;
  EXPECT_EQ(points(RegularModel::naive), (Points{6, 6, 6}));
  EXPECT_EQ(points(RegularModel::seasonal_naive), (Points{9, 6, 9}));
  EXPECT_EQ(points(RegularModel::mean), (Points{6, 6, 6}));
  EXPECT_EQ(points(RegularModel::median), (Points{6, 6, 6}));
  EXPECT_EQ(points(RegularModel::drift), (Points{6.5, 7, 7.5}));
  EXPECT_NEAR(points(RegularModel::growth)[2], 6 * std::sqrt(2.0), 1e-12);  // 2 in six steps
  // Demand at every step; sizes 3, 4, 4, then with 0.3: 5.2, 5.74, 6.718, 6.5026.
  EXPECT_NEAR(points(RegularModel::tsb)[2], 6.5026, 1e-12);
  EXPECT_NEAR(points(RegularModel::croston)[2], 0.85 * 6.5026, 1e-12);
}

TEST(RegularModels, SayHowManyValuesTheyNeed) {
  for (const RegularModel kind : kRegularModels) {
    RegularSeries series{.values = std::vector<double>(values_needed(kind), 2.0)};
    // 0.85 is the factor of Syntetos and Boylan at the gain 0.3.
    const double point = kind == RegularModel::croston ? 0.85 * 2 : 2;
    EXPECT_EQ(forecast(trained_on(series, kind), 1).points, std::vector<double>{point});
    series.values.pop_back();
    const auto few = std::get<NotEnough>(fit(series, kind));
    EXPECT_EQ(few.have, series.values.size());
    EXPECT_EQ(few.need, values_needed(kind));
  }
}

TEST(RegularModels, KnowWhichOfThemSearchForNothing) {
  std::vector<RegularModel> closed;
  std::ranges::copy_if(kRegularModels, std::back_inserter(closed), is_closed_form);
  using enum RegularModel;
  EXPECT_EQ(closed, (std::vector{naive, naive2, seasonal_naive, mean, median, drift, growth,
                                 croston, tsb, nlinear}));
}

TEST(RegularModels, NameWhatTheyRefuse) {
  for (const RegularModel kind : kRegularModels) {
    const TrainedRegular model = trained_on(kFortnight, kind);
    const Error missing = refusal_of([&] { (void)fit({.values = {1, NAN}}, kind); });
    EXPECT_EQ(missing.detail().field, "values[1]");
    EXPECT_EQ(missing.detail().hint, "fill missing values first");
    EXPECT_EQ(refusal_of([&] { (void)fit({.values = {HUGE_VAL}}, kind); }).detail().value, "inf");
    EXPECT_EQ(refusal_of([&] { (void)fit({.values = {-1e151}}, kind); }).detail().field,
              "values[0]");
    const std::vector<double> late{1, 2, NAN};
    EXPECT_EQ(refusal_of([&] { (void)update(model, late); }).detail().field, "values[2]");
    EXPECT_EQ(refusal_of([&] { (void)one_step(model, late); }).detail().field, "values[2]");
    for (const std::size_t horizon : {std::size_t{0}, kHorizonMax + 1}) {
      const Error error = refusal_of([&] { (void)forecast(model, horizon); });
      EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
      EXPECT_EQ(error.detail().field, "horizon");
      EXPECT_EQ(error.detail().value, std::to_string(horizon));
    }
  }
}

TEST(RegularModels, CountTheValuesBehindThem) {
  const std::vector<double> later{7, 8};
  for (const RegularModel kind : kRegularModels) {
    EXPECT_EQ(update(trained_on(kFortnight, kind), later).n, 16U);
    EXPECT_EQ(update(trained_on(kFortnight, kind), {}).n, 14U);
  }
}

TEST(RegularModels, FitAnyModelOfItsOwnWithinMstl) {
  RegularSeries series{.values = {}, .period = 4};
  for (int t = 0; t < 60; ++t) series.values.push_back(t % 4 * 10 + t * t % 13);
  for (const RegularModel kind : kRegularModels) {
    series.within = kind;
    if (!stands_within_mstl(kind)) {
      const Error error = refusal_of([&] { (void)fit(series, RegularModel::mstl); });
      EXPECT_EQ(error.detail().field, "within");
      EXPECT_EQ(error.detail().value, to_string(kind));
      continue;
    }
    const TrainedRegular model = trained_on(series, RegularModel::mstl);
    const Path path = forecast(model, 8);
    EXPECT_TRUE(std::isfinite(path.points[7])) << to_string(kind);
    const TrainedRegular more = update(model, std::vector<double>{3, 14});
    const TrainedRegular again = load_regular(save(more));
    EXPECT_EQ(forecast(again, 8).points, forecast(more, 8).points) << to_string(kind);
    EXPECT_EQ(one_step(again, series.values).errors, one_step(model, series.values).errors);
    RegularSeries few{.values = std::vector<double>(values_needed(kind), 2.0), .within = kind};
    EXPECT_TRUE(std::holds_alternative<TrainedRegular>(fit(few, RegularModel::mstl)));
    few.values.pop_back();
    EXPECT_EQ(std::get<NotEnough>(fit(few, RegularModel::mstl)).need, values_needed(kind));
  }
}

TEST(RegularModels, SayWhatTheyWereNotFittedTo) {
  const RegularSeries longer{.values = longer_than_used(), .period = 7};
  EXPECT_EQ(skipped(trained_on(longer, RegularModel::ses)), 100U);
  EXPECT_EQ(skipped(trained_on(longer, RegularModel::mean)), 0U);
  EXPECT_EQ(skipped(trained_on(kFortnight, RegularModel::ses)), 0U);
  const std::array some{RegularModel::naive, RegularModel::ses};
  EXPECT_EQ(skipped(std::get<TrainedRegular>(fit(longer, some))), 100U);
}

// The bounds of what check_regular lets in, beside values that vanish in them.
TEST(RegularModels, StayFiniteAtTheBoundsOfTheirInput) {
  RegularSeries extreme{.values = {}, .period = 4};
  RegularSeries signs = extreme;
  RegularSeries ends = extreme;  // giants where no moving average reaches, in a phase that vanishes
  for (int t = 0; t < 40; ++t) {
    ends.values.push_back(t == 0 || t == 39 ? 1e150 : t % 4 == 0 || t % 4 == 3 ? 1e-150 : 1);
    extreme.values.push_back(t % 4 == 0 ? 1e150 : 1e-150);
    signs.values.push_back(t % 3 == 0 ? 1e150 : -1e150);
  }
  for (const RegularModel kind : kRegularModels) {
    for (const RegularSeries& series : {extreme, signs, ends}) {
      const Path path = forecast(trained_on(series, kind), 50);
      for (const double number : path.points) {
        EXPECT_TRUE(std::isfinite(number)) << to_string(kind);
      }
      for (const double number : path.deviations) {
        EXPECT_TRUE(std::isfinite(number)) << to_string(kind);
      }
    }
  }
}

TEST(RegularModels, RefuseValuesWhoseDifferencesHaveNoSquares) {
  const std::vector<double> unit = drifting_series(40, 3);
  for (const double factor : {1e-152, 1e-200, 1e-298}) {
    RegularSeries series{.values = unit};
    for (double& value : series.values) value *= factor;
    for (const RegularModel kind : {RegularModel::naive, RegularModel::automatic}) {
      const Error error = refusal_of([&] { static_cast<void>(fit(series, kind)); });
      EXPECT_EQ(error.kind(), ErrorKind::invalid_input) << to_string(kind) << factor;
      EXPECT_EQ(error.detail().field, "values");
    }
  }
  const RegularSeries equal{.values = std::vector<double>(20, 1e-298)};
  EXPECT_EQ(forecast(trained_on(equal, RegularModel::naive), 1).points[0], 1e-298);
}

// Down to there the unit changes no bit, not of the intervals either.
TEST(RegularModels, KeepTheirBitsInTinyUnits) {
  std::vector<double> values = drifting_series(48, 5);
  for (std::size_t t = 0; t < values.size(); ++t) values[t] += 10 * season_wave(t, 4);
  std::vector<double> tiny = values;
  for (double& value : tiny) value = std::ldexp(value, -490);
  for (const RegularModel kind : kRegularModels) {
    if (kind == RegularModel::lightgbm) continue;  // its library may not be there
    const TrainedRegular one = trained_on({.values = values, .period = 4}, kind);
    const TrainedRegular other = trained_on({.values = tiny, .period = 4}, kind);
    const OriginScores scores = origin_scores(one, values, 5);
    const OriginScores of_tiny = origin_scores(other, tiny, 5);
    EXPECT_EQ(of_tiny.by_step, scores.by_step) << to_string(kind);
    const std::vector<double> points = forecast(one, 5).points;
    for (std::size_t h = 0; h < 5; ++h) {
      EXPECT_EQ(forecast(other, 5).points[h], std::ldexp(points[h], -490)) << to_string(kind);
      EXPECT_EQ(of_tiny.units[h], std::ldexp(scores.units[h], -490)) << to_string(kind);
    }
  }
}

// The last call throws, when all but the last step of a search is done.
TEST(RegularModels, AreGivenUpWithinTheirSearch) {
  std::vector<double> values = drifting_series(120, 6);
  for (std::size_t t = 0; t < values.size(); ++t) values[t] *= 1 + 0.2 * season_wave(t, 12);
  for (const RegularModel kind :
       {RegularModel::exponential_smoothing, RegularModel::ces, RegularModel::auto_arima,
        RegularModel::prophet, RegularModel::mstl}) {
    std::size_t asked = 0;
    RegularSeries series{.values = values, .period = 12, .check = [&] { ++asked; }};
    static_cast<void>(fit(series, kind));
    EXPECT_GT(asked, 4U) << to_string(kind);
    std::size_t left = asked;  // one count, whoever copies the check
    series.check = [&left] {
      if (--left == 0) throw TimedOut{};
    };
    EXPECT_THROW(static_cast<void>(fit(series, kind)), TimedOut) << to_string(kind);
  }
}

// The line of prophet knows the end of its fit, within mstl too. What it says of its past is that
// of a fit to the values before the origin, so the fall at the end moves none of it.
TEST(RegularModels, SayOfThePastWhatTheyCouldKnowOfATrend) {
  std::vector<double> values;
  for (int t = 0; t < 60; ++t) values.push_back(100 + 3 * t + 5 * (t % 4));
  for (int t = 60; t < 72; ++t) values.push_back(280 - 20 * (t - 60) + 5 * (t % 4));
  const std::vector<double> before{values.begin(), values.begin() + 48};
  for (const RegularModel kind : {RegularModel::prophet, RegularModel::mstl}) {
    const auto trained = [&](const std::vector<double>& learnt) {
      return trained_on({.values = learnt, .period = 4, .within = RegularModel::prophet}, kind);
    };
    std::vector<double> said;
    for_each_origin(trained(values), values, {.first = 48, .horizon = 6},
                    [&](std::size_t t, const Path& path) {
                      if (t == 48) said = path.points;
                    });
    EXPECT_EQ(said, forecast(trained(before), 6).points) << to_string(kind);
  }
}

}  // namespace
}  // namespace shelduck::forecast
