#include "shelduck/forecast/automatic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>

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
  EXPECT_EQ(automatic_choice({.values = drifting_series(kShortSeries - 1, 1)}).problem,
            ProblemClass::too_short);
  EXPECT_EQ(automatic_choice({.values = drifting_series(kShortSeries, 1)}).problem,
            ProblemClass::regular);
  EXPECT_EQ(to_string(ProblemClass::too_short), "too short");
}

TEST(AutomaticChoice, LeavesOutWhatTheSeriesIsTooShortFor) {
  using Kinds = std::vector<RegularModel>;
  EXPECT_EQ(members_with({.values = {4, 5}}), Kinds{RegularModel::naive});
  EXPECT_EQ(members_with({.values = {4, 5, 4, 6, 5}}),
            (Kinds{RegularModel::naive, RegularModel::ces}));
}

TEST(AutomaticChoice, TakesWhatAllSeriesTaughtIn) {
  LagSums sums{{.lags = 3, .horizon = 2}};
  sums.add(drifting_series(60, 2), 1);
  const RegularSeries alone{.values = drifting_series(40, 1)};
  RegularSeries together = alone;
  together.pooled = std::make_shared<const LagWeights>(sums.solved());
  const auto has_nlinear = [](const std::vector<RegularModel>& kinds) {
    return std::ranges::find(kinds, RegularModel::nlinear) != kinds.end();
  };
  EXPECT_FALSE(has_nlinear(members_with(alone)));
  EXPECT_TRUE(has_nlinear(members_with(together)));
}

TEST(Ensemble, IsTheMiddleOfItsMembers) {
  const RegularSeries series{.values = drifting_series(40, 3), .period = 4};
  const auto points = [&](RegularModel kind) {
    return forecast(std::get<TrainedRegular>(fit(series, kind)), 3).points;
  };
  std::vector<std::vector<double>> of_members;
  for (const RegularModel member : members_of(RegularModel::ensemble, series)) {
    of_members.push_back(points(member));
  }
  const std::vector<double> together = points(RegularModel::ensemble);
  for (std::size_t h = 0; h < together.size(); ++h) {
    std::vector<double> step;
    for (const auto& member : of_members) step.push_back(member[h]);
    std::ranges::sort(step);
    const std::size_t half = step.size() / 2;
    EXPECT_DOUBLE_EQ(together[h],
                     step.size() % 2 == 1 ? step[half] : (step[half - 1] + step[half]) / 2);
  }
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
