#include "shelduck/forecast/ces/ces_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "shelduck/forecast/allocations_for_test.hpp"
#include "shelduck/forecast/ces/ces_for_test.hpp"
#include "shelduck/forecast/seasonal/decomposition.hpp"

namespace shelduck::forecast {
namespace {

// Weights, start, sum of squares and forecasts of statsforecast 2.1.1 for these values,
// AutoCES(season_length=4, model="S", "P" or "F").fit(values), to the eight digits that it prints.
struct CesReference {
  CesForm form;
  CesWeights weights;
  CesState start;
  double squares;
  std::array<double, 4> points;
};

const CesSeries kRisingSeason{113.5, 98.9,  86.6,  104.7, 114.2, 99.6,  86.7,  105.2, 113.7, 97.1,
                              91.5,  110.5, 114.6, 102.3, 89.6,  111.4, 115.0, 102.1, 94.6,  114.6,
                              117.2, 106.1, 97.2,  115.0, 125.7, 107.3, 100.3, 117.5, 128.6, 112.5,
                              101.0, 118.3, 131.4, 115.8, 105.4, 125.9, 130.5, 115.1, 103.8, 122.3,
                              133.2, 114.9, 105.4, 124.7, 133.0, 119.0, 106.6, 125.9};

std::array<CesReference, 3> ces_references() {
  return {CesReference{.form = CesForm::simple,
                       .weights = {.a0 = 1.8, .a1 = 1.0235593795776379},
                       .start = {.level = {},
                                 .season = {{116.91658499904634, 66.04414846111476},
                                            {101.85844357996518, 69.88360860903467},
                                            {89.28163739899887, 39.012554767947286},
                                            {108.01350338628565, 51.48283838621388}}},
                       .squares = 295.9377355835974,
                       .points = {135.32682469, 119.89191887, 108.25772295, 127.98220242}},
          CesReference{.form = CesForm::partial,
                       .weights = {.a0 = 1.3807558888656897, .a1 = 1.0049297208664552, .b0 = 0.01},
                       .start = {.level = {102.85892064026608, 75.34021841804443},
                                 .season = {{11.976585867453613, 0},
                                            {-3.5022894778965448, 0},
                                            {-13.9612277733551, 0},
                                            {4.515920580069521, 0}}},
                       .squares = 187.12973066188016,
                       .points = {134.14922314, 119.11260889, 109.07442831, 128.00036141}},
          CesReference{.form = CesForm::full,
                       .weights = {.a0 = 1.3930247924508863,
                                   .a1 = 1.0049616915487478,
                                   .b0 = 0.9742606849876758,
                                   .b1 = 1.0001151389992067},
                       .start = {.level = {102.00928230519474, 74.20609463688203},
                                 .season = {{12.868739218099261, 13.153014991182133},
                                            {-2.798611181622378, -2.842705245056601},
                                            {-13.055086111161813, -13.49290277476949},
                                            {5.442143511488832, 5.430514750581501}}},
                       .squares = 182.96138492641404,
                       .points = {134.21070119, 118.80223598, 109.11599279, 128.04513458}}};
}

TEST(CesSearch, GivesTheFiguresOfStatsforecastAtItsWeights) {
  for (const CesReference& expected : ces_references()) {
    CesModel model{.form = expected.form, .weights = expected.weights};
    model.state = expected.start;
    model = absorbed(model, kRisingSeason);
    EXPECT_NEAR(model.errors.squares, expected.squares, 1e-6 * expected.squares);
    const Path path = forecast(model, 4);
    for (std::size_t h = 0; h < 4; ++h) {
      EXPECT_NEAR(path.points[h], expected.points.at(h), 1e-6);
    }
  }
}

// Its b1 of the full form is 1.0001, which this search refuses: a season that grows. It pays half a
// percent for that; in the others it finds less than the reference does.
TEST(CesSearch, FitsAsWellAsStatsforecast) {
  for (const CesReference& expected : ces_references()) {
    const CesModel model = fit_ces(kRisingSeason, expected.form, 4);
    EXPECT_LE(model.errors.squares,
              expected.squares * (expected.form == CesForm::full ? 1.01 : 1.0));
    EXPECT_GE(model.errors.squares, expected.squares * 0.97);
    const Path path = forecast(model, 4);
    for (std::size_t h = 0; h < 4; ++h) {
      EXPECT_NEAR(path.points[h], expected.points.at(h), 0.4);
    }
  }
  EXPECT_EQ(fit_ces(kRisingSeason, 4).form, CesForm::partial) << "the choice of the reference, too";
}

// One pair, a step of the recursion as a product of a matrix and a vector.
using PairMatrix = std::array<std::array<double, 2>, 2>;

std::array<double, 2> turned_pair(const std::array<double, 2>& pair, double a0, double a1,
                                  double error) {
  const PairMatrix transition{{{1, a1 - 1}, {1, 1 - a0}}};
  const std::array<double, 2> gain{a0 - a1, a0 + a1};
  std::array<double, 2> result{};
  for (std::size_t i = 0; i < 2; ++i) {
    result.at(i) = gain.at(i) * error;
    for (std::size_t k = 0; k < 2; ++k) {
      result.at(i) += transition.at(i).at(k) * pair.at(k);
    }
  }
  return result;
}

// The sum of squares from whole histories: the state of step t is the whole column t of a table.
double slow_ces_squares(const CesModel& model, const CesSeries& values) {
  const std::size_t m = model.initial.season.size();
  const CesWeights& w = model.weights;
  std::vector<std::array<double, 2>> level{
      {model.initial.level.level, model.initial.level.potential}};
  std::vector<std::array<double, 2>> season;
  for (const CesPair& pair : model.initial.season) {
    season.push_back({pair.level, pair.potential});
  }
  double sum = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const auto& before = season[t];  // of one period ago
    const bool seasonal = model.form != CesForm::none;
    const bool levelled = model.form != CesForm::simple;
    const double error =
        values[t] - (levelled ? level[t].at(0) : 0) - (seasonal ? before.at(0) : 0);
    sum += error * error;
    level.push_back(turned_pair(level[t], w.a0, w.a1, error));
    switch (model.form) {
      case CesForm::none:
        season.push_back({0, 0});
        break;
      case CesForm::simple:
        season.push_back(turned_pair(before, w.a0, w.a1, error));
        break;
      case CesForm::partial:
        season.push_back({before.at(0) + w.b0 * error, 0});
        break;
      case CesForm::full:
        season.push_back(turned_pair(before, w.b0, w.b1, error));
        break;
    }
  }
  EXPECT_EQ(season.size(), m + values.size());
  return sum;
}

TEST(CesSearch, HasTheSquaresOfASlowEvaluation) {
  const CesSeries values = seasonal_ces(60, 4, 3);
  for (const CesForm form : kCesForms) {
    const CesModel model = fit_ces(values, form, 4);
    ASSERT_EQ(model.form, form);
    const double slow = slow_ces_squares(model, values);
    EXPECT_NEAR(model.errors.squares, slow, 1e-9 * slow);
    EXPECT_EQ(model.errors.count, 60U);
  }
}

double ces_squares(const CesModel& model, const CesSeries& values) {
  return absorbed(started(model), values).errors.squares;
}

// The start of the form none, written as two runs over the series and over its mirror image.
TEST(CesSearch, BackcastsTheStart) {
  const CesSeries values = drifting_series(30, 8);
  const CesModel model = fit_ces(values, CesForm::none);
  double mean = 0;
  for (std::size_t t = 0; t < 10; ++t) {
    mean += values[t] / 10;
  }
  std::array<double, 2> pair{mean, mean / 1.1};
  CesSeries mirrored = values;
  mirrored.insert(mirrored.end(), values.rbegin(), values.rend());
  for (const double value : mirrored) {
    pair = turned_pair(pair, model.weights.a0, model.weights.a1, value - pair[0]);
  }
  EXPECT_NEAR(model.initial.level.level, pair[0], 1e-9);
  EXPECT_NEAR(model.initial.level.potential, pair[0] / 1.1, 1e-9);
}

// Neighbours in the weights, with the start as it is (which moves a little with them): none is
// better by more than a thousandth.
TEST(CesSearch, IsALocalMinimumOfTheSquares) {
  const CesSeries values = seasonal_ces(80, 4, 5);
  for (const CesForm form : kCesForms) {
    const CesModel model = fit_ces(values, form, 4);
    for (double CesWeights::* part :
         {&CesWeights::a0, &CesWeights::a1, &CesWeights::b0, &CesWeights::b1}) {
      for (const double move : {-0.02, 0.02}) {
        CesModel moved = model;
        moved.weights.*part += move;
        const bool growing = moved.weights.a1 > 1 || moved.weights.b1 > 1;
        if (!growing && moved.weights.b0 >= 0.01) {
          EXPECT_GE(ces_squares(moved, values), model.errors.squares * (1 - 1e-3));
        }
      }
    }
  }
}

// n log(sum / n) + 2 (k + starts) + 2 k (k + 1) / (n - k - 1), k one more than the weights.
double ces_criterion_of(const CesModel& model) {
  const double n = static_cast<double>(model.n);
  const double weights = model.form == CesForm::full ? 4 : model.form == CesForm::partial ? 3 : 2;
  const double starts = model.form == CesForm::none ? 2 : 5;
  const double k = weights + 1;
  return n * std::log(model.errors.squares / n) + 2 * (k + starts) + 2 * k * (k + 1) / (n - k - 1);
}

// The seasons are so weak that the number of what is estimated decides.
TEST(CesSearch, ChoosesTheLowestCriterion) {
  std::array<std::size_t, 4> chosen{};
  for (unsigned seed = 0; seed < 40; ++seed) {
    CesSeries values = drifting_series(26, seed);
    for (std::size_t t = 0; t < values.size(); t += 4) {
      values[t] += 3;
    }
    const CesModel best = fit_ces(values, 4);
    ++chosen.at(static_cast<std::size_t>(best.form));
    for (const CesForm form : kCesForms) {
      EXPECT_LE(ces_criterion_of(best), ces_criterion_of(fit_ces(values, form, 4)) + 1e-9);
    }
  }
  EXPECT_GT(chosen[0], 5U);
  EXPECT_GT(chosen[2], 5U);
}

TEST(CesSearch, ChoosesASeasonWhereThereIsOne) {
  EXPECT_EQ(fit_ces(drifting_series(80, 1), 4).form, CesForm::none);
  const CesModel model = fit_ces(seasonal_ces(80, 4, 1), 4);
  EXPECT_NE(model.form, CesForm::none);
  EXPECT_EQ(model.state.season.size(), 4U);
  const Path path = forecast(model, 4);
  EXPECT_GT(path.points[1] - path.points[3], 35) << "the season swings by 50";
  EXPECT_EQ(fit_ces(seasonal_ces(80, 4, 1), 1).form, CesForm::none);
  EXPECT_EQ(fit_ces(seasonal_ces(80, 4, 1), CesForm::full, 0).form, CesForm::none);
}

TEST(CesSearch, FollowsALevelAndATrend) {
  std::mt19937 generator{5};
  std::normal_distribution<double> noise;
  CesSeries flat;
  CesSeries rising;
  for (int t = 0; t < 80; ++t) {
    flat.push_back(500 + noise(generator));
    rising.push_back(200 + 3 * t + noise(generator));
  }
  EXPECT_NEAR(forecast(fit_ces(flat), 10).points[9], 500, 3);
  const Path path = forecast(fit_ces(rising), 5);
  EXPECT_NEAR(path.points[4], 200 + 3 * 84, 6);
}

// A search sets up a simplex twice at most, and its evaluations, a hundred and more a form,
// allocate nothing.
TEST(CesSearch, AllocatesNothingWhileItSearches) {
  for (const std::size_t n : {60U, 3000U}) {
    const CesSeries values = seasonal_ces(n, 4, 6);
    const std::size_t before = allocations_so_far();
    const CesModel model = fit_ces(values, 4);
    EXPECT_LE(allocations_so_far() - before, 120U) << n;
    EXPECT_EQ(model.n, n);
  }
}

}  // namespace
}  // namespace shelduck::forecast
