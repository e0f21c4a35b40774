#include "shelduck/forecast/automatic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>

#include "shelduck/forecast/combination.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

std::vector<RegularModel> members_with(const RegularSeries& series) {
  std::vector<RegularModel> kinds;
  const auto trained = std::get<TrainedRegular>(fit(series, RegularModel::automatic));
  for (const TrainedMember& member : trained.members) kinds.push_back(member.kind);
  return kinds;
}

TEST(AutomaticChoice, TellsShortSeriesFromOthers) {
  const auto problem_of = [](std::size_t length, RegularModel kind) {
    return std::get<TrainedRegular>(fit({.values = drifting_series(length, 1)}, kind)).problem;
  };
  EXPECT_EQ(problem_of(kShortSeries - 1, RegularModel::automatic), ProblemClass::too_short);
  EXPECT_EQ(problem_of(kShortSeries, RegularModel::automatic), ProblemClass::regular);
  EXPECT_EQ(problem_of(kShortSeries, RegularModel::ensemble), std::nullopt);
  EXPECT_EQ(to_string(ProblemClass::too_short), "too short");
}

TEST(AutomaticChoice, KnowsLongAndSeveralSeasons) {
  using Kinds = std::vector<RegularModel>;
  std::vector<double> yearly = drifting_series(200, 3);
  EXPECT_EQ(problem_class({.values = yearly, .period = 52}), ProblemClass::regular);
  for (std::size_t t = 0; t < yearly.size(); ++t) yearly[t] += 40 * season_wave(t, 52);
  EXPECT_EQ(problem_class({.values = yearly, .period = 52}), ProblemClass::long_season);
  EXPECT_EQ(members_with({.values = yearly, .period = 52}),
            (Kinds{RegularModel::mstl, RegularModel::nlinear, RegularModel::ces}));
  EXPECT_EQ(members_with({.values = yearly, .period = 4, .longer = {52}}),
            Kinds{RegularModel::nlinear});
  EXPECT_EQ(problem_class({.values = yearly, .period = 4, .longer = {67}}), ProblemClass::regular);
  EXPECT_EQ(to_string(ProblemClass::long_season), "long season");
  EXPECT_EQ(to_string(ProblemClass::several_seasons), "several seasons");
}

TEST(AutomaticChoice, TakesNlinearForADayOfHours) {
  std::vector<double> hourly = drifting_series(200, 4);
  EXPECT_EQ(problem_class({.values = hourly, .period = 24}), ProblemClass::regular);
  for (std::size_t t = 0; t < hourly.size(); ++t) hourly[t] += 40 * season_wave(t, 24);
  EXPECT_EQ(problem_class({.values = hourly, .period = 24}), ProblemClass::day_of_hours);
  EXPECT_EQ(members_with({.values = hourly, .period = 24}),
            std::vector<RegularModel>{RegularModel::nlinear});
  EXPECT_EQ(to_string(ProblemClass::day_of_hours), "day of hours");
}

// Zeros at every `step`-th of `n` values.
std::vector<double> with_zeros(std::size_t n, std::size_t step) {
  std::vector<double> values = drifting_series(n, 1);
  for (std::size_t t = step - 1; t < n; t += step) values[t] = 0;
  return values;
}

TEST(AutomaticChoice, TellsIntermittentSeriesByTheirZeros) {
  const auto is_told = [](const RegularSeries& series) {
    return problem_class(series) == ProblemClass::intermittent;
  };
  EXPECT_TRUE(is_told({.values = with_zeros(30, 6)}));    // 5 of 30
  EXPECT_FALSE(is_told({.values = with_zeros(35, 7)}));   // 5 of 35
  EXPECT_TRUE(is_told({.values = {0, 0, 0}}));            // of a short series, too
  EXPECT_FALSE(is_told({.values = {0, 1, 2, 3, 4, 5}}));  // one of 6, but one alone
  std::vector<double> negative = with_zeros(30, 6);
  negative[3] = -1;
  EXPECT_FALSE(is_told({.values = negative}));
  EXPECT_EQ(to_string(ProblemClass::intermittent), "intermittent");
  EXPECT_EQ(members_with({.values = with_zeros(30, 6)}),
            (std::vector{RegularModel::naive, RegularModel::croston, RegularModel::tsb}));
}

TEST(AutomaticChoice, DoesNotTakeABeginningForIntermittent) {
  std::vector<double> begun(40, 0.0);
  begun.resize(40 + kShortSeries, 7.0);
  EXPECT_EQ(problem_class({.values = begun}), ProblemClass::regular);
  begun.pop_back();
  EXPECT_EQ(problem_class({.values = begun}), ProblemClass::intermittent);
}

// Closed on two of seven days: with the period known, zeros say when, not how often.
TEST(AutomaticChoice, DoesNotTakeClosedDaysForIntermittent) {
  std::vector<double> week;
  for (std::size_t t = 0; t < 28; ++t) week.push_back(t % 7 < 5 ? 10 + static_cast<double>(t) : 0);
  EXPECT_EQ(problem_class({.values = week, .period = 7}), ProblemClass::regular);
  EXPECT_EQ(problem_class({.values = week, .period = 1}), ProblemClass::intermittent);
  week[7] = 0;  // a holiday changes nothing
  EXPECT_EQ(problem_class({.values = week, .period = 7}), ProblemClass::regular);
  week.resize(13);  // less than two weeks cannot tell
  EXPECT_EQ(problem_class({.values = week, .period = 7}), ProblemClass::intermittent);
}

TEST(AutomaticChoice, LeavesOutWhatTheSeriesIsTooShortFor) {
  using Kinds = std::vector<RegularModel>;
  EXPECT_EQ(members_with({.values = {4, 5}}), Kinds{RegularModel::naive});
  EXPECT_EQ(members_with({.values = {4, 5, 4, 6, 5}}),
            (Kinds{RegularModel::naive, RegularModel::ces}));
}

TEST(AutomaticChoice, TakesProphetInWhereThereAreTwoSeasons) {
  const auto has_prophet = [](std::size_t length, std::size_t period) {
    const auto kinds = members_with({.values = drifting_series(length, 1), .period = period});
    return std::ranges::find(kinds, RegularModel::prophet) != kinds.end();
  };
  EXPECT_TRUE(has_prophet(24, 12));
  EXPECT_FALSE(has_prophet(23, 12));
  EXPECT_FALSE(has_prophet(100, 1));
  EXPECT_FALSE(has_prophet(100, 0));
}

std::shared_ptr<const LagWeights> weights_of_others() {
  LagSums sums{{.lags = 8, .horizon = 1}};
  for (unsigned seed = 2; seed < 9; ++seed) sums.add(drifting_series(60, seed), 1);
  return std::make_shared<const LagWeights>(sums.solved());
}

TEST(AutomaticChoice, TakesGrowthInWhereAShortSeriesHasNoSeason) {
  using enum RegularModel;
  const std::vector years{ces, dotm, exponential_smoothing, holt, growth};
  RegularSeries series{.values = drifting_series(kGrowthValues, 1)};
  EXPECT_EQ(members_with(series), years);
  series.pooled = weights_of_others();
  EXPECT_EQ(members_with(series),
            (std::vector{ces, dotm, exponential_smoothing, holt, growth, nlinear}));
  const std::vector others{ces, dotm, exponential_smoothing, auto_arima, nlinear};
  EXPECT_EQ(members_with({.values = drifting_series(kGrowthValues + 1, 1)}), others);
  EXPECT_EQ(members_with({.values = drifting_series(11, 1), .period = 12}), others);
}

// The weights of others are no longer those of the series itself.
TEST(AutomaticChoice, LetsNlinearLearnFromAllSeries) {
  const RegularSeries alone{.values = drifting_series(80, 1)};
  RegularSeries together = alone;
  together.pooled = weights_of_others();
  EXPECT_EQ(members_with(alone), members_with(together));
  const auto point = [](const RegularSeries& series) {
    const auto trained = std::get<TrainedRegular>(fit(series, RegularModel::automatic));
    return std::get<NlinearModel>(trained.members.back().state).next();
  };
  EXPECT_NE(point(alone), point(together));
}

TEST(Ensemble, CombinesItsMembers) {
  const RegularSeries series{.values = drifting_series(40, 3), .period = 4, .horizon = 3};
  std::vector<Path> of_members;
  for (const RegularModel member : members_of(RegularModel::ensemble, series)) {
    of_members.push_back(forecast(std::get<TrainedRegular>(fit(series, member)), 3));
  }
  EXPECT_EQ(of_members.size(), 6U);
  const Path together = forecast(std::get<TrainedRegular>(fit(series, RegularModel::ensemble)), 3);
  EXPECT_EQ(together.points, combined(of_members).points);
  EXPECT_EQ(together.deviations, combined(of_members).deviations);
}

TEST(Ensemble, OfNamedMembersCountsEachOnce) {
  const RegularSeries series{.values = {1, 2, 3, 4}};
  constexpr std::array kNamed{RegularModel::naive, RegularModel::drift, RegularModel::naive};
  const auto trained = std::get<TrainedRegular>(fit(series, kNamed));
  EXPECT_EQ(trained.members.size(), 2U);
  EXPECT_DOUBLE_EQ(forecast(trained, 1).points[0], 4.5);  // 4 and 5
  EXPECT_EQ(fitted(trained), 1U);                         // of 0 and 1 the mean, rounded up
  constexpr std::array kLong{RegularModel::theta, RegularModel::ces};
  EXPECT_EQ(std::get<NotEnough>(fit(series, kLong)).need, 5U);  // the least that would do
}

}  // namespace
}  // namespace shelduck::forecast
