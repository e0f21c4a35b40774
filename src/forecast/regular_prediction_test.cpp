#include "shelduck/forecast/regular_prediction.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

const std::vector<double> kNeighbours = drifting_series(80, 3);

TrainedRegular two_of(const std::vector<double>& values) {
  const std::array kinds{RegularModel::ses, RegularModel::drift};
  return std::get<TrainedRegular>(fit({.values = values}, kinds));
}

TEST(RegularPrediction, SaysEverythingInOneCall) {
  const TrainedRegular model = two_of(kNeighbours);
  const RegularPrediction next = predict(model, kNeighbours, {.horizon = 6, .levels = {0.5, 0.8}});
  EXPECT_EQ(next.points, forecast(model, 6).points);
  EXPECT_EQ(next.n, 80U);
  EXPECT_EQ(next.method, "ses+drift");
  EXPECT_EQ(next.need, 0U);
  ASSERT_EQ(next.bounds.size(), 2U);
  EXPECT_EQ(next.bounds[1].level, 0.8);
  for (std::size_t h = 0; h < 6; ++h) {
    EXPECT_LT(next.bounds[1].lower[h], next.bounds[0].lower[h]);
    EXPECT_LT(next.bounds[0].lower[h], next.points[h]);
    EXPECT_LT(next.points[h], next.bounds[0].upper[h]);
  }
}

TEST(RegularPrediction, TakesTheScoresOfOthersWhereTheyAreGiven) {
  const std::vector<double> few = drifting_series(10, 1);
  const TrainedRegular model = two_of(few);
  const auto width = [](const RegularPrediction& next) {
    return next.bounds[0].upper[0] - next.bounds[0].lower[0];
  };
  OriginScores wide;
  wide.by_step = {std::vector<double>(99, 50.0)};
  wide.targets = {std::vector<std::size_t>(99, 7)};
  ScorePool pool;
  pool.add("others", wide);
  const PooledScores pooled = std::move(pool).sorted();
  EXPECT_GT(width(predict(model, few, {.levels = {0.9}, .pooled = &pooled})),
            5 * width(predict(model, few, {.levels = {0.9}})));
}

TEST(RegularPrediction, SaysHowManyValuesAnIntervalNeeds) {
  const std::vector<double> one{5};
  const auto model = std::get<TrainedRegular>(fit({.values = one}, RegularModel::naive));
  const RegularPrediction next = predict(model, one);
  EXPECT_EQ(next.points, one);
  EXPECT_TRUE(next.bounds[0].lower.empty());
  EXPECT_GT(next.need, 1U);
}

TEST(RegularPrediction, ClipsAtZeroWhereThatIsAsked) {
  const std::vector<double> falling{9, 7, 8, 5, 4, 5, 2, 1, 2, 0, 1, 0};
  const auto model = std::get<TrainedRegular>(fit({.values = falling}, RegularModel::drift));
  EXPECT_LT(predict(model, falling, {.horizon = 9}).points[8], 0);
  const RegularPrediction next =
      predict(model, falling, {.horizon = 9, .sign = Sign::non_negative});
  EXPECT_EQ(next.points[8], 0);
  EXPECT_EQ(next.bounds[0].lower[8], 0);
}

void expect_refused(const std::vector<double>& values, const PredictionOptions& options,
                    const std::string& field) {
  try {
    static_cast<void>(predict(two_of(kNeighbours), values, options));
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, field);
  }
}

TEST(RegularPrediction, NamesWhatItRefuses) {
  expect_refused(kNeighbours, {.horizon = 0}, "horizon");
  expect_refused(kNeighbours, {.levels = {0.8, 1.0}}, "level");
  expect_refused({1, 2, 3}, {}, "values");
}

}  // namespace
}  // namespace shelduck::forecast
