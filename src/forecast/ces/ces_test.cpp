#include "shelduck/forecast/ces/ces.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/allocations_for_test.hpp"
#include "shelduck/forecast/seasonal/decomposition.hpp"
#include "shelduck/forecast/smoothing/holt.hpp"

namespace shelduck::forecast {
namespace {

using CesSeries = std::vector<double>;

constexpr std::array kCesForms{CesForm::none, CesForm::simple, CesForm::partial, CesForm::full};

// By hand, a = 1.25 + 0.75 i: e = 12 - 10 = 2, l = 10 - .25 x 4 + .5 x 2 = 10,
// c = 10 - .25 x 4 + 2 x 2 = 13; then l = 10 - .25 x 13 = 6.75.
TEST(Ces, FollowsItsRecursion) {
  CesModel model{.form = CesForm::none, .weights = {.a0 = 1.25, .a1 = 0.75}};
  model.state = {.level = {.level = 10, .potential = 4}, .season = {CesPair{}}};
  EXPECT_EQ(model.next(), 10);
  model.absorb(12);
  EXPECT_EQ(model.errors.squares, 4);
  EXPECT_DOUBLE_EQ(model.state.level.level, 10);
  EXPECT_DOUBLE_EQ(model.state.level.potential, 13);
  const Path path = forecast(model, 2);
  EXPECT_DOUBLE_EQ(path.points[0], 10);
  EXPECT_DOUBLE_EQ(path.points[1], 6.75);
  EXPECT_TRUE(path.deviations.empty()) << "one error, two weights and two starts";
}

// By hand: the season of the partial form takes its share b0 of the error, that of the full one is
// turned as the level is, and in the simple one only the phase that was seen moves.
TEST(Ces, FollowsItsRecursionInTheSeason) {
  const CesState state{.level = {.level = 10, .potential = 4},
                       .season = {{.level = 3, .potential = 2}, {.level = -3, .potential = 1}}};
  CesModel model{
      .form = CesForm::partial, .weights = {.a0 = 1.25, .a1 = 0.75, .b0 = 0.25}, .state = state};
  EXPECT_EQ(model.next(), 13);
  model.absorb(15);
  EXPECT_DOUBLE_EQ(model.state.season[0].level, 3.5);
  EXPECT_DOUBLE_EQ(model.next(), 10 - 3);

  model = {.form = CesForm::full,
           .weights = {.a0 = 1.25, .a1 = 0.75, .b0 = 1.5, .b1 = 0.5},
           .state = state};
  model.absorb(15);
  EXPECT_DOUBLE_EQ(model.state.level.level, 10);
  EXPECT_DOUBLE_EQ(model.state.season[0].level, 3 - 0.5 * 2 + 1.0 * 2);
  EXPECT_DOUBLE_EQ(model.state.season[0].potential, 3 - 0.5 * 2 + 2.0 * 2);

  model = {.form = CesForm::simple, .weights = {.a0 = 1.25, .a1 = 0.75}, .state = state};
  model.state.level = {};
  EXPECT_EQ(model.next(), 3);
  model.absorb(5);
  EXPECT_DOUBLE_EQ(model.state.season[0].level, 3 - 0.25 * 2 + 0.5 * 2);
  EXPECT_EQ(model.next(), -3);
}

CesSeries drifting_ces(std::size_t n, unsigned seed, double drift = 0.6) {
  std::mt19937 generator{seed};
  std::normal_distribution<double> noise;
  CesSeries values;
  double level = 80;
  for (std::size_t t = 0; t < n; ++t) {
    level += drift + 0.7 * noise(generator);
    values.push_back(level + 2 * noise(generator));
  }
  return values;
}

CesSeries seasonal_ces(std::size_t n, std::size_t period, unsigned seed) {
  CesSeries values = drifting_ces(n, seed);
  for (std::size_t t = 0; t < n; ++t) {
    const double phase = static_cast<double>(t % period) / static_cast<double>(period);
    values[t] += 25 * std::sin(2 * 3.14159265358979 * phase);
  }
  return values;
}

// Weights, start, sum of squares and forecasts that another implementation (compiled, its own
// search) gives for these values with each form. It reports eight digits.
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

TEST(Ces, GivesTheFiguresOfAnotherImplementationAtItsWeights) {
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
TEST(Ces, FitsAsWellAsAnotherImplementation) {
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

TEST(Ces, HasTheSquaresOfASlowEvaluation) {
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
TEST(Ces, BackcastsTheStart) {
  const CesSeries values = drifting_ces(30, 8);
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
TEST(Ces, IsALocalMinimumOfTheSquares) {
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
TEST(Ces, ChoosesTheLowestCriterion) {
  std::array<std::size_t, 4> chosen{};
  for (unsigned seed = 0; seed < 40; ++seed) {
    CesSeries values = drifting_ces(26, seed);
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

TEST(Ces, ChoosesASeasonWhereThereIsOne) {
  EXPECT_EQ(fit_ces(drifting_ces(80, 1), 4).form, CesForm::none);
  const CesModel model = fit_ces(seasonal_ces(80, 4, 1), 4);
  EXPECT_NE(model.form, CesForm::none);
  EXPECT_EQ(model.state.season.size(), 4U);
  const Path path = forecast(model, 4);
  EXPECT_GT(path.points[1] - path.points[3], 35) << "the season swings by 50";
  EXPECT_EQ(fit_ces(seasonal_ces(80, 4, 1), 1).form, CesForm::none);
  EXPECT_EQ(fit_ces(seasonal_ces(80, 4, 1), CesForm::full, 0).form, CesForm::none);
}

TEST(Ces, FollowsALevelAndATrend) {
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

// How far an error of one step moves the point of a later one is read from two runs.
TEST(Ces, DeviationsAreTheEffectsOfTheErrors) {
  for (const CesForm form : kCesForms) {
    const CesModel model = fit_ces(seasonal_ces(48, 4, 11), form, 4);
    const Path path = forecast(model, 10);
    CesModel moved = model;
    CesModel still = model;
    moved.absorb(model.next() + 1);
    still.absorb(model.next());
    double variance = 1;
    for (std::size_t h = 0; h < 10; ++h) {
      EXPECT_NEAR(path.deviations[h], path.deviations[0] * std::sqrt(variance), 1e-9);
      const double effect = moved.next() - still.next();
      moved.absorb(moved.next());
      still.absorb(still.next());
      variance += effect * effect;
    }
  }
}

// 20,000 continuations with errors of standard deviation s: the relative error of a standard
// deviation from so many is 1 / sqrt(40,000), and four of them are allowed.
TEST(Ces, DeviationsAreThoseOfSimulatedContinuations) {
  constexpr std::size_t kContinuations = 20'000;
  constexpr std::size_t kAhead = 6;
  for (const CesForm form : kCesForms) {
    const CesModel model = fit_ces(seasonal_ces(60, 4, 21), form, 4);
    const Path path = forecast(model, kAhead);
    std::mt19937 generator{1};
    std::normal_distribution<double> noise{0, path.deviations[0]};
    std::array<double, kAhead> squares{};
    for (std::size_t run = 0; run < kContinuations; ++run) {
      CesModel ahead = model;
      for (std::size_t h = 0; h < kAhead; ++h) {
        const double value = ahead.next() + noise(generator);
        squares.at(h) += (value - path.points[h]) * (value - path.points[h]);
        ahead.absorb(value);
      }
    }
    for (std::size_t h = 0; h < kAhead; ++h) {
      const double simulated = std::sqrt(squares.at(h) / kContinuations);
      EXPECT_NEAR(path.deviations[h] / simulated, 1, 0.02) << "step " << h + 1;
    }
  }
}

TEST(Ces, StartedAndAbsorbedAgainIsTheSame) {
  const CesSeries values = seasonal_ces(46, 4, 9);
  for (const CesForm form : kCesForms) {
    const CesModel model = fit_ces(values, form, 4);
    const CesModel start = started(model);
    EXPECT_EQ(start.n, 0U);
    EXPECT_EQ(start.errors.count, 0U);
    EXPECT_EQ(start.largest, 0);
    const CesModel again = absorbed(start, values);
    EXPECT_EQ(again.errors.squares, model.errors.squares);
    EXPECT_EQ(again.largest, model.largest);
    EXPECT_EQ(forecast(again, 9).points, forecast(model, 9).points);
    EXPECT_EQ(forecast(again, 9).deviations, forecast(model, 9).deviations);
    const OneStep past = one_step(model, values);
    EXPECT_EQ(past.first, 0U);
    ASSERT_EQ(past.errors.size(), values.size());
    double squares = 0;
    for (const double error : past.errors) {
      squares += error * error;
    }
    EXPECT_NEAR(squares, model.errors.squares, 1e-9 * squares);
  }
}

TEST(Ces, NamesTheLengthThatItNeeds) {
  EXPECT_EQ(values_needed(CesForm::none, 12), 5U);
  EXPECT_EQ(values_needed(CesForm::simple, 12), 24U);
  EXPECT_EQ(values_needed(CesForm::full, 2), 8U);
  for (const std::size_t period : {2U, 4U, 12U}) {
    for (const CesForm form : kCesForms) {
      const std::size_t need = values_needed(form, period);
      const CesSeries values = drifting_ces(need, 1);
      const Path path = forecast(fit_ces(values, form, period), 2);
      EXPECT_TRUE(std::isfinite(path.points[1]));
      EXPECT_EQ(path.deviations.size(), 2U);
      EXPECT_THROW((void)fit_ces(std::span{values}.first(need - 1), form, period), Error);
    }
  }
  try {
    (void)fit_ces(CesSeries{1, 2, 3, 4});
    FAIL() << "four values were taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().rule, "at least 5 values");
  }
}

// The series doubles and doubles: its own growth is beyond what is followed, and a horizon of all
// steps that may be asked for stays finite.
TEST(Ces, NeverRunsAway) {
  CesSeries explosive;
  for (int t = 0; t < 40; ++t) {
    explosive.push_back(std::ldexp(1.0, t));
  }
  for (const CesSeries& values : {explosive, drifting_ces(60, 2, 3.0), seasonal_ces(60, 4, 2)}) {
    const double largest = *std::max_element(values.begin(), values.end());
    for (const CesForm form : kCesForms) {
      const Path path = forecast(fit_ces(values, form, 4), 100'000);
      for (std::size_t h = 0; h < path.points.size(); ++h) {
        ASSERT_LE(std::abs(path.points[h]), 300 * largest);
        ASSERT_TRUE(std::isfinite(path.deviations[h]));
      }
    }
  }
}

TEST(Ces, StaysFiniteOnDegenerateSeries) {
  CesSeries giant(30, 5.0);
  giant[17] = 1e150;
  CesSeries first(30, 5.0);
  first[0] = -1e150;
  for (const CesSeries& values :
       {CesSeries(24, 0.0), CesSeries(24, 4.1), CesSeries(24, -3e-200), giant, first}) {
    for (const CesForm form : kCesForms) {
      const Path path = forecast(fit_ces(values, form, 4), 1000);
      for (std::size_t h = 0; h < path.points.size(); ++h) {
        EXPECT_TRUE(std::isfinite(path.points[h]));
        EXPECT_TRUE(std::isfinite(path.deviations[h]));
      }
    }
  }
  for (const double point : forecast(fit_ces(CesSeries(24, 4.1), 4), 20).points) {
    EXPECT_NEAR(point, 4.1, 1e-6);
  }
}

// A search sets up a simplex twice at most, and its evaluations, a hundred and more a form,
// allocate nothing.
TEST(Ces, AllocatesNothingWhileItSearches) {
  for (const std::size_t n : {60U, 3000U}) {
    const CesSeries values = seasonal_ces(n, 4, 6);
    const std::size_t before = allocations_so_far();
    const CesModel model = fit_ces(values, 4);
    EXPECT_LE(allocations_so_far() - before, 120U) << n;
    EXPECT_EQ(model.n, n);
  }
}

TEST(Ces, UsesTheNewestValuesOfALongSeries) {
  CesSeries values(kIterativeValuesMax + 100, 1e6);
  for (std::size_t t = 100; t < values.size(); ++t) {
    values[t] = static_cast<double>(t % 7);
  }
  const CesModel model = fit_ces(values);
  EXPECT_EQ(model.skipped, 100U);
  EXPECT_EQ(model.n, kIterativeValuesMax);
  EXPECT_LT(forecast(model, 1).points[0], 10);
  const OneStep past = one_step(model, values);
  EXPECT_EQ(past.first, 100U);
  EXPECT_EQ(past.errors.size(), kIterativeValuesMax);
}

RC_GTEST_PROP(CesForecasts, TimesAPowerOfTwoGiveTheSameBits, ()) {
  CesSeries values;
  const int n = *rc::gen::inRange(8, 50);
  for (int t = 0; t < n; ++t) {
    const int kind = *rc::gen::inRange(0, 12);
    const double plain = *rc::gen::inRange(-2000, 10000) / 16.0;
    values.push_back(kind == 0 ? 0 : kind == 1 ? plain * 65536 : plain + (t % 4 == 1 ? 300 : 0));
  }
  const double factor = std::ldexp(1.0, *rc::gen::inRange(-40, 40));
  CesSeries scaled = values;
  for (double& value : scaled) {
    value *= factor;
  }
  for (const CesForm form : kCesForms) {
    if (values.size() < values_needed(form, 4)) {
      continue;
    }
    const Path path = forecast(fit_ces(values, form, 4), 10);
    const Path other = forecast(fit_ces(scaled, form, 4), 10);
    for (std::size_t h = 0; h < 10; ++h) {
      RC_ASSERT(std::isfinite(path.points[h]) && std::isfinite(path.deviations[h]));
      RC_ASSERT(other.points[h] == path.points[h] * factor);
      RC_ASSERT(other.deviations[h] == path.deviations[h] * factor);
    }
  }
}

}  // namespace
}  // namespace shelduck::forecast
