#include "shelduck/forecast/earlier_fits.hpp"

#include <gtest/gtest.h>

#include <variant>
#include <vector>

#include "shelduck/forecast/state/model_state.hpp"
#include "shelduck/forecast/timed_out.hpp"

namespace shelduck::forecast {
namespace {

// A line with a season of four, which falls from step 60 on.
std::vector<double> falling_at_its_end(std::size_t n) {
  std::vector<double> values;
  for (std::size_t t = 0; t < n; ++t) {
    const auto line = static_cast<double>(100 + 3 * t);
    const auto fall = static_cast<double>(t > 60 ? 23 * (t - 60) : 0);
    values.push_back(line - fall + 5 * static_cast<double>(t % 4));
  }
  return values;
}

TrainedRegular line_of(const RegularSeries& series, RegularModel kind = RegularModel::prophet) {
  return std::get<TrainedRegular>(fit(series, kind));
}

RegularSeries first_values(std::size_t n) {
  return {.values = falling_at_its_end(n), .period = 4, .within = RegularModel::prophet};
}

std::vector<std::size_t> known_of(const TrainedRegular& model) {
  std::vector<std::size_t> known;
  for (const EarlierFit& fit : model.members.at(0).earlier) known.push_back(fit.known);
  return known;
}

// 48 is the first of the newest third of 72.
TEST(EarlierFits, AreThoseToTheValuesBefore) {
  for (const RegularModel kind : {RegularModel::prophet, RegularModel::mstl}) {
    const TrainedRegular model = line_of(first_values(72), kind);
    EXPECT_EQ(known_of(model), (std::vector<std::size_t>{48, 55, 62, 69, 72}));
    for (const EarlierFit& fit : model.members.at(0).earlier) {
      const TrainedRegular then{
          .period = 4, .n = fit.known, .members = {{.kind = kind, .state = fit.state}}};
      EXPECT_EQ(forecast(then, 5).points,
                forecast(line_of(first_values(fit.known), kind), 5).points)
          << fit.known;
    }
  }
}

TEST(EarlierFits, AreLeftOutWhereTheyKnowNoTwoSeasons) {
  EXPECT_EQ(known_of(line_of({.values = falling_at_its_end(10), .period = 4})),
            (std::vector<std::size_t>{8, 9, 10}));
  EXPECT_EQ(known_of(line_of({.values = falling_at_its_end(8), .period = 4})),
            (std::vector<std::size_t>{8}));
}

TEST(EarlierFits, AreNotMadeWhereNothingKnowsTheEndOrNobodyAsks) {
  const RegularSeries series = first_values(72);
  EXPECT_TRUE(known_of(line_of(series, RegularModel::theta)).empty());
  RegularSeries plain = series;
  plain.within = RegularModel::theta;
  EXPECT_TRUE(known_of(line_of(plain, RegularModel::mstl)).empty());
  plain.keeps_past = false;
  EXPECT_TRUE(known_of(line_of(plain)).empty());
}

// What the model said of a value that came in an update is what it said before it came.
TEST(EarlierFits, KnowNothingOfUpdates) {
  const std::vector<double> values = falling_at_its_end(72);
  const TrainedRegular model = line_of(first_values(62));
  const auto later = std::span{values}.subspan(62);
  const TrainedRegular updated = update(model, later);
  std::size_t heard = 0;
  for_each_origin(
      updated, values, {.first = 62, .horizon = 3}, [&](std::size_t t, const Path& path) {
        ++heard;
        const auto said = forecast(update(model, later.first(t - 62)), path.points.size());
        EXPECT_EQ(path.points, said.points) << t;
        EXPECT_EQ(path.deviations, said.deviations) << t;
      });
  EXPECT_EQ(heard, 10U);
}

TEST(EarlierFits, AreKeptWithTheModel) {
  const std::vector<double> values = falling_at_its_end(72);
  const TrainedRegular model = line_of(first_values(72));
  const TrainedRegular again = load_regular(save(model));
  std::vector<Path> said;
  const auto hear = [&](std::size_t, const Path& path) { said.push_back(path); };
  for_each_origin(model, values, {.first = 48, .horizon = 3}, hear);
  for_each_origin(again, values, {.first = 48, .horizon = 3}, hear);
  ASSERT_EQ(said.size(), 48U);
  for (std::size_t i = 0; i < 24; ++i) {
    EXPECT_EQ(said[i].points, said[24 + i].points);
    EXPECT_EQ(said[i].deviations, said[24 + i].deviations);
  }
}

TEST(EarlierFits, HearAStop) {
  std::size_t asked = 0;
  RegularSeries series = first_values(72);
  series.check = [&] { ++asked; };
  const TrainedRegular model = line_of(series);
  asked = 0;
  const auto fits = earlier_fits(model.members.at(0).state, series);
  ASSERT_EQ(fits.size(), 5U);
  EXPECT_GE(asked, 4U);
  series.check = [] { throw TimedOut{}; };
  EXPECT_THROW(static_cast<void>(earlier_fits(model.members.at(0).state, series)), TimedOut);
}

}  // namespace
}  // namespace shelduck::forecast
