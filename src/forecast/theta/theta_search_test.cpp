#include "shelduck/forecast/theta/theta_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "shelduck/forecast/allocations_for_test.hpp"
#include "shelduck/forecast/theta/theta_for_test.hpp"

namespace shelduck::forecast {
namespace {

// Parameters, sum of squares from the fourth value on and forecasts of statsforecast 2.1.1 for
// these twenty values, AutoTheta(season_length=1, model="STM" and so on).fit(values), to the eight
// digits that it prints.
struct ThetaReference {
  ThetaForm form;
  double alpha;
  double theta;
  double start;
  double squares;
  std::array<double, 4> points;
};

constexpr std::array<double, 20> kThetaRising{30.2, 31.7, 29.8, 34.1, 36.0, 35.2, 39.4,
                                              38.1, 41.9, 44.6, 43.0, 47.2, 46.1, 49.9,
                                              48.3, 52.7, 55.0, 53.1, 57.8, 56.4};

constexpr std::array kThetaReferences{
    ThetaReference{ThetaForm::stm,
                   0.5849396705627478,
                   2,
                   57.71661127090454,
                   80.66478618915586,
                   {57.46462589, 58.21353567, 58.96244544, 59.71135522}},
    ThetaReference{ThetaForm::otm,
                   0.1,
                   82.37240729469755,
                   0.7918158401904614,
                   35.30709057774233,
                   {59.13564948, 60.61528552, 62.09492156, 63.57455759}},
    ThetaReference{ThetaForm::dstm,
                   0.5600551605224687,
                   2,
                   68.61068260192837,
                   83.43589532260343,
                   {57.44487609, 58.17283212, 58.88636916, 59.58519435}},
    ThetaReference{ThetaForm::dotm,
                   0.11206633028680779,
                   12.919654093321842,
                   5.638046935062057,
                   50.44241412598675,
                   {58.6130436, 59.93623067, 61.25154591, 62.55963541}}};

TEST(ThetaSearch, GivesTheFiguresOfStatsforecastAtItsParameters) {
  for (const ThetaReference& expected : kThetaReferences) {
    ThetaModel model{.form = expected.form,
                     .alpha = expected.alpha,
                     .weight = 1 - 1 / expected.theta,
                     .level = expected.start};
    if (expected.form == ThetaForm::stm || expected.form == ThetaForm::otm) {
      for (const double value : kThetaRising) {
        model.line.absorb(value);
      }
    }
    model = absorbed(model, kThetaRising);
    EXPECT_NEAR(model.errors.squares, expected.squares, 1e-9 * expected.squares);
    const Path path = forecast(model, 4);
    for (std::size_t h = 0; h < 4; ++h) {
      EXPECT_NEAR(path.points[h], expected.points.at(h), 1e-7);
    }
  }
}

// Its search ends a little above the minimum where theta is fixed. Where it is not, the prior keeps
// theta nearer to 2 (21 and 11 here), at the price of up to a fifth more in the squares and half of
// a step in the fourth point.
TEST(ThetaSearch, FitsAsWellAsStatsforecast) {
  for (const ThetaReference& expected : kThetaReferences) {
    const ThetaModel model = fit_theta(kThetaRising, expected.form);
    const bool fixed = expected.theta == 2;
    EXPECT_LE(model.errors.squares, expected.squares * (fixed ? 1 : 1.2));
    EXPECT_GE(model.errors.squares, expected.squares * 0.99);
    const Path path = forecast(model, 4);
    for (std::size_t h = 0; h < 4; ++h) {
      EXPECT_NEAR(path.points[h], expected.points.at(h), fixed ? 0.02 : 0.5);
    }
  }
}

struct SlowParameters {
  double alpha;
  double weight;
  double start = 0;  // l_0 of the series itself, not relative to its first value
};

double slow_intercept_or_slope(std::span<const double> values, bool slope) {
  const double n = static_cast<double>(values.size());
  double mean = 0;
  double product = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    mean += values[t] / n;
    product += (static_cast<double>(t + 1) - (n + 1) / 2) * values[t];
  }
  const double b = n > 1 ? 12 * product / (n * (n * n - 1)) : 0;
  return slope ? b : mean - b * (n + 1) / 2;
}

struct SlowSums {
  double squares = 0;
  double bracket = 0;  // mean square of what w weighs
};

// From the fourth error on, written from the equations: each level as a weighted sum of all values
// before it, each line by least squares over its values.
SlowSums slow_sums(const ThetaValues& values, ThetaForm form, const SlowParameters& p) {
  const bool dynamic = form == ThetaForm::dstm || form == ThetaForm::dotm;
  SlowSums sums;
  for (std::size_t t = 3; t < values.size(); ++t) {
    const double steps = static_cast<double>(t);
    double level = std::pow(1 - p.alpha, steps) * p.start;
    for (std::size_t i = 0; i < t; ++i) {
      level += p.alpha * std::pow(1 - p.alpha, static_cast<double>(t - 1 - i)) * values[i];
    }
    const std::span known = std::span{values}.first(dynamic ? t : values.size());
    const double a = slow_intercept_or_slope(known, false);
    const double b = slow_intercept_or_slope(known, true);
    const double line =
        std::pow(1 - p.alpha, steps) * a + (1 - std::pow(1 - p.alpha, steps + 1)) / p.alpha * b;
    const double error = values[t] - level - p.weight * line;
    sums.squares += error * error;
    sums.bracket += line * line / (static_cast<double>(values.size()) - 3);
  }
  return sums;
}

// A level of the model is relative to the origin, and so is its line: what the line leaves out,
// 1 - w of the origin, stands in the start of the series itself.
SlowParameters slow_parameters(const ThetaModel& model) {
  return {.alpha = model.alpha,
          .weight = model.weight,
          .start = model.initial_level + model.origin * (1 - model.weight)};
}

TEST(ThetaSearch, HasTheSquaresOfASlowEvaluation) {
  const ThetaValues values = drifting_series(40, 3);
  for (const ThetaForm form : kThetaForms) {
    const ThetaModel model = fit_theta(values, form);
    const double slow = slow_sums(values, form, slow_parameters(model)).squares;
    EXPECT_NEAR(model.errors.squares, slow, 1e-9 * slow);
    EXPECT_EQ(model.errors.count, 37U);
  }
}

// The line relative to the first value, as the prior is.
double slow_objective(ThetaValues values, ThetaForm form, SlowParameters p) {
  const double origin = values[0];
  for (double& value : values) {
    value -= origin;
  }
  p.start -= origin * (1 - p.weight);
  const SlowSums sums = slow_sums(values, form, p);
  return sums.squares + (p.weight - 0.5) * (p.weight - 0.5) * sums.bracket;
}

// Looks at every place of a fine grid in alpha, w and the start value, which stays within one range
// of the values.
TEST(ThetaSearch, NoPlaceOfAGridIsBetter) {
  for (const unsigned seed : {3U, 4U}) {
    const ThetaValues values = drifting_series(25, seed);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    for (const ThetaForm form : kThetaForms) {
      const bool optimised = form == ThetaForm::otm || form == ThetaForm::dotm;
      const ThetaModel model = fit_theta(values, form);
      double least = HUGE_VAL;
      for (int i = 0; i <= 29; ++i) {
        for (int k = 0; k <= (optimised ? 10 : 0); ++k) {
          for (int j = 0; j <= 30; ++j) {
            SlowParameters place{.alpha = 0.1 + 0.03 * i, .weight = optimised ? 0.1 * k : 0.5};
            place.start = 2 * *low - *high + 0.1 * j * (*high - *low) - values[0] * place.weight;
            least = std::min(least, slow_objective(values, form, place));
          }
        }
      }
      const double found = slow_objective(values, form, slow_parameters(model));
      EXPECT_LE(found, least * (1 + 1e-9));
      EXPECT_GE(found, least * 0.95) << "the grid is near";
    }
  }
}

// s^2 of each form; of twenty-seven errors 27^(2/27) = 1.277 times for a line through all values.
TEST(ThetaSearch, ChoosesTheSmallestVarianceOfTheFour) {
  std::size_t fixed = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    const ThetaValues values = drifting_series(30, seed);
    const ThetaModel chosen = fit_theta(values);
    const auto criterion = [](const ThetaModel& model) {
      const bool line_of_all = model.form == ThetaForm::stm || model.form == ThetaForm::otm;
      const double deviation = forecast(model, 1).deviations[0];
      return deviation * deviation * (line_of_all ? std::pow(27.0, 2.0 / 27) : 1);
    };
    for (const ThetaForm form : kThetaForms) {
      EXPECT_LE(criterion(chosen), criterion(fit_theta(values, form)) * (1 + 1e-9)) << seed;
    }
    fixed += chosen.form == ThetaForm::stm || chosen.form == ThetaForm::otm ? 1 : 0;
    EXPECT_EQ(forecast(chosen, 9).points, forecast(fit_theta(values, chosen.form), 9).points);
  }
  EXPECT_GT(fixed, 0U);
  EXPECT_LT(fixed, 40U);
}

// Where a line leads and the noise is small, the long-term line takes all of the weight; where
// there is none, its weight does not matter and the level stays.
TEST(ThetaSearch, FollowsALineAndStaysOnALevel) {
  std::mt19937 generator{5};
  std::normal_distribution<double> noise;
  ThetaValues line;
  ThetaValues flat;
  for (int t = 0; t < 60; ++t) {
    line.push_back(3 + 2 * t + 0.1 * noise(generator));
    flat.push_back(50 + noise(generator));
  }
  const ThetaModel on_line = fit_theta(line);
  EXPECT_GT(on_line.weight, 0.95);
  EXPECT_NEAR(forecast(on_line, 10).points[9], 3 + 2 * 69, 1.0);
  const ThetaModel on_level = fit_theta(flat);
  EXPECT_LT(on_level.alpha, 0.3);
  EXPECT_NEAR(forecast(on_level, 10).points[9], 50, 1.0);
}

TEST(ThetaSearch, AdjustsForTheSeason) {
  ThetaValues values;
  for (std::size_t t = 0; t < 48; ++t) {
    values.push_back((100 + static_cast<double>(t)) * (t % 4 == 0 ? 1.5 : t % 4 == 2 ? 0.5 : 1.0));
  }
  const ThetaModel model = fit_theta(values, ThetaForm::otm, 4);
  ASSERT_EQ(model.season.form, SeasonalForm::multiplicative);
  ASSERT_EQ(model.season.indices.size(), 4U);
  const Path path = forecast(model, 8);
  for (std::size_t h = 0; h < 8; ++h) {
    const std::size_t t = 48 + h;
    const double truth = (100 + static_cast<double>(t)) * (t % 4 == 0   ? 1.5
                                                           : t % 4 == 2 ? 0.5
                                                                        : 1.0);
    EXPECT_NEAR(path.points[h], truth, 0.02 * truth);
  }
  for (std::size_t h = 1; h < 8; ++h) {
    const double growth = std::sqrt(1 + static_cast<double>(h) * model.alpha * model.alpha);
    EXPECT_NEAR(path.deviations[h] / path.deviations[0],
                growth * model.season.indices[h % 4] / model.season.indices[0], 1e-9);
  }
  values[7] = -1;
  EXPECT_EQ(fit_theta(values, ThetaForm::otm, 4).season.form, SeasonalForm::additive);
  EXPECT_TRUE(fit_theta(drifting_series(48, 3), ThetaForm::otm, 1).season.indices.empty());
}

// Evaluations of the search allocate nothing: a fit of each form asks for memory at most this
// often, but evaluates more than thirty times a form.
TEST(ThetaSearch, AllocatesNothingWhileItSearches) {
  for (const std::size_t n : {30U, 3000U}) {
    const ThetaValues values = drifting_series(n, 6, 0.0);
    const std::size_t before = allocations_so_far();
    const ThetaModel model = fit_theta(values);
    EXPECT_LE(allocations_so_far() - before, 12U) << n;
    EXPECT_EQ(model.n, n);
  }
}

}  // namespace
}  // namespace shelduck::forecast
