#include "shelduck/forecast/prophet/prophet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <span>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/arima/measured_for_test.hpp"
#include "shelduck/forecast/series_for_test.hpp"

namespace shelduck::forecast {
namespace {

// For 101 values one of the 25 changepoints is step 41 (changepoints_test.cpp).
constexpr std::size_t kKink = 41;

// 50 + 0.5 t, from the kink on `bend` steeper, and +-noise in turn, which no straight piece
// explains.
std::vector<double> kinked(double bend, double noise) {
  std::vector<double> values;
  for (int t = 0; t <= 100; ++t) {
    const double late = std::max(0.0, t - static_cast<double>(kKink));
    values.push_back(50 + 0.5 * t + bend * late + (t % 2 == 0 ? noise : -noise));
  }
  return values;
}

std::vector<double> seasonal_and_drifting(std::size_t n, unsigned seed) {
  std::vector<double> values = drifting_series(n, seed);
  for (std::size_t t = 0; t < n; ++t) values[t] += 12 * season_wave(t, 12);
  return values;
}

double largest_of(const std::vector<double>& values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

// The posterior of the header, written down once more for a period of 12: its columns with their
// weights in the model.
struct PosteriorColumn {
  std::vector<double> at;  // each step
  double weight;
  double ridge;
  double lasso;
};

PosteriorColumn posterior_column(std::size_t n, double weight, double deviation,
                                 const auto& value) {
  PosteriorColumn column{
      .at = {}, .weight = weight, .ridge = 1 / (deviation * deviation), .lasso = 0};
  for (std::size_t t = 0; t < n; ++t) column.at.push_back(value(static_cast<double>(t)));
  return column;
}

void add_waves(std::vector<PosteriorColumn>& columns, std::size_t n, const ProphetModel& model,
               double largest) {
  for (int order = 1; order <= 6; ++order) {
    for (const bool cosine : {true, false}) {
      const auto wave = [&](double t) {
        const double angle = 2 * std::numbers::pi * order * t / 12;
        return cosine ? std::cos(angle) : std::sin(angle);
      };
      if (order == 6 && !cosine) continue;
      double weight = 0;  // of the wave in the season: waves are orthogonal
      for (std::size_t i = 0; i < 12; ++i) {
        weight +=
            model.seasons[0].by_phase[i] * wave(static_cast<double>(i)) / (order == 6 ? 12 : 6);
      }
      columns.push_back(posterior_column(n, weight / largest, 10, wave));
    }
  }
}

void add_changes(std::vector<PosteriorColumn>& columns, std::size_t n, const ProphetModel& model,
                 double largest) {
  const auto end = static_cast<double>(n - 1);
  const std::size_t last = n * 4 / 5 - 1;
  for (std::size_t j = 1; j <= 25; ++j) {
    const double place = std::round(static_cast<double>(j * last) / 25);
    PosteriorColumn column =
        posterior_column(n, 0, 1, [&](double t) { return std::max(0.0, t - place) / end; });
    column.ridge = 0;
    column.lasso = 20;  // 1 / 0.05
    for (const TrendChange& change : model.changes) {
      if (static_cast<double>(change.at) == place) column.weight = change.slope * end / largest;
    }
    columns.push_back(column);
  }
}

std::vector<PosteriorColumn> posterior_columns(std::size_t n, const ProphetModel& model,
                                               double largest) {
  const auto end = static_cast<double>(n - 1);
  std::vector<PosteriorColumn> columns;
  columns.push_back(posterior_column(n, model.initial_slope * end / largest, 5,
                                     [&](double t) { return t / end; }));
  columns.push_back(
      posterior_column(n, model.initial_level / largest, 5, [](double) { return 1.0; }));
  add_waves(columns, n, model, largest);
  add_changes(columns, n, model, largest);
  return columns;
}

struct Posterior {
  std::vector<PosteriorColumn> columns;
  std::vector<double> errors;
  double v;  // at its most likely
};

Posterior posterior_of(const std::vector<double>& values, const ProphetModel& model) {
  const double largest = largest_of(values);
  Posterior posterior{
      .columns = posterior_columns(values.size(), model, largest), .errors = {}, .v = 0};
  double squares = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    double error = values[t] / largest;
    for (const PosteriorColumn& column : posterior.columns) error -= column.weight * column.at[t];
    posterior.errors.push_back(error);
    squares += error * error;
  }
  const auto n = static_cast<double>(values.size());
  posterior.v = (std::sqrt(n * n + 16 * squares) - n) / 8;  // n / v - squares / v^2 + 4 = 0
  return posterior;
}

// How far the slope of the log posterior is from 0; by a change that is 0, from [-20, 20].
double unmet_condition(const Posterior& posterior, const PosteriorColumn& column) {
  double slope = column.ridge * column.weight;
  for (std::size_t t = 0; t < column.at.size(); ++t) {
    slope -= column.at[t] * posterior.errors[t] / posterior.v;
  }
  return column.weight == 0 ? std::max(0.0, std::abs(slope) - column.lasso)
                            : std::abs(slope + std::copysign(column.lasso, column.weight));
}

TEST(Prophet, StandsAtTheModeOfThePosterior) {
  std::size_t zeros = 0;
  std::size_t changes = 0;
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::vector<double> values = seasonal_and_drifting(120, seed);
    for (double& value : values) value -= 120;  // not all positive: waves are added
    const Posterior posterior = posterior_of(values, fit_prophet(values, 12));
    for (const PosteriorColumn& column : posterior.columns) {
      EXPECT_LE(unmet_condition(posterior, column), 20 * 1e-6) << seed;
      if (column.lasso > 0) ++(column.weight == 0 ? zeros : changes);
    }
  }
  EXPECT_GT(zeros, 100U);
  EXPECT_GT(changes, 20U);
}

// By L-BFGS-B of scipy on the same posterior, from the start that Prophet takes (the line through
// the first and the last value): points and sum of squares.
TEST(Prophet, AgreesWithAnotherSearch) {
  std::vector<double> values;
  for (int t = 0; t < 96; ++t) {
    const double late = std::max(0, t - 50);
    const double chance = (t * 7919 % 101 - 50) / 10.0;
    values.push_back(100 + 0.8 * t - 1.1 * late +
                     15 * season_wave(static_cast<std::size_t>(t), 12) + chance);
  }
  const ProphetModel model = fit_prophet(values, 12);
  const std::array<double, 6> searched{125.717453, 133.255775, 138.784479,
                                       140.69492,  138.697723, 131.957264};
  const Path path = forecast(model, searched.size());
  for (std::size_t h = 0; h < searched.size(); ++h) {
    EXPECT_NEAR(path.points[h], searched.at(h), 1e-5);
  }
  EXPECT_NEAR(model.errors.squares, 792.85274, 1e-4);
  EXPECT_EQ(fitted(model), 18U);  // line, 11 waves, 5 changes
}

// The linear congruence of ANSI C, from -0.5 to 0.5, so that other programs can make it too.
std::vector<double> congruent_chance(std::size_t n) {
  std::vector<double> values;
  for (std::uint32_t state = 1; values.size() < n;) {
    state = (1103515245U * state + 12345U) % 2147483648U;
    values.push_back(static_cast<double>(state) / 2147483648.0 - 0.5);
  }
  return values;
}

double cosine_at(std::size_t t, double period) {
  return std::cos(2 * std::numbers::pi * static_cast<double>(t) / period);
}

struct ProphetSearched {
  std::vector<double>
      points;  // by L-BFGS-B of scipy on the posterior, each change as two of one sign
  double squares;
  std::vector<double>
      prophet;  // by Prophet 1.5.0, with seasons of the same orders; it stops earlier
};

void expect_mode(const ProphetModel& model, const ProphetSearched& searched) {
  const Path path = forecast(model, searched.points.size());
  for (std::size_t h = 0; h < searched.points.size(); ++h) {
    EXPECT_NEAR(path.points[h] / searched.points[h], 1, 2e-5) << h;
    EXPECT_NEAR(path.points[h] / searched.prophet[h], 1, 2e-3) << h;
  }
  EXPECT_NEAR(model.errors.squares / searched.squares, 1, 1e-4);
}

// Three waves of a day and a week of hours.
TEST(Prophet, HasSeveralSeasons) {
  std::vector<double> values = congruent_chance(672);
  for (std::size_t t = 0; t < values.size(); ++t) {
    values[t] = 100 + 0.05 * static_cast<double>(t) + 10 * cosine_at(t, 24) +
                6 * cosine_at(t, 168) + 3 * cosine_at(t, 12) + 8 * values[t];
  }
  const std::array<std::size_t, 2> seasons{24, 168};
  const ProphetModel model = fit_prophet(values, seasons);
  EXPECT_EQ(model.form, SeasonalForm::additive);
  ASSERT_EQ(model.seasons.size(), 2U);
  EXPECT_EQ(model.seasons[1].columns, 20U);
  expect_mode(model,
              {.points = {152.380675, 151.375004, 150.105416, 146.710998, 143.774098, 140.740895},
               .squares = 3225.793051,
               .prophet = {152.4071, 151.40257, 150.13393, 146.74059, 143.80456, 140.77227}});
}

// Where waves grow with the trend they multiply it.
TEST(Prophet, HasSeasonsThatMultiply) {
  std::vector<double> values = congruent_chance(120);
  for (std::size_t t = 0; t < values.size(); ++t) {
    values[t] = (100 + 1.5 * static_cast<double>(t)) *
                    (1 + 0.2 * cosine_at(t, 12) + 0.1 * cosine_at(t, 6)) +
                10 * values[t];
  }
  const ProphetModel model = fit_prophet(values, 12);
  EXPECT_EQ(model.form, SeasonalForm::multiplicative);
  expect_mode(model,
              {.points = {366.226803, 345.727663, 299.807657, 256.22039, 243.929535, 254.292913},
               .squares = 851.41323,
               .prophet = {366.11468, 345.61152, 299.6981, 256.11946, 243.83025, 254.19554}});
}

// Airline passengers as they are, not their logarithms.
TEST(Prophet, MultipliesTheSeasonOfThePassengers) {
  std::vector<double> values = log_passengers();
  for (double& value : values) value = std::round(std::exp(value));
  const ProphetModel model = fit_prophet(values, 12);
  EXPECT_EQ(model.form, SeasonalForm::multiplicative);
  expect_mode(model,
              {.points = {451.369356, 432.513523, 494.845471, 493.249571, 504.717866, 579.391131},
               .squares = 15231.74614,
               .prophet = {451.06593, 432.15088, 494.34204, 492.66346, 504.04001, 578.52111}});
}

// The deviation of the trend is multiplied too; what is added is not.
TEST(Prophet, StatesTheDeviationOfSeasonsThatMultiply) {
  const ProphetModel model{.level = 100,
                           .form = SeasonalForm::multiplicative,
                           .seasons = {{.columns = 1, .by_phase = {1, -0.5}}},
                           .offset = 7,
                           .change_deviation = std::sqrt(3.0),
                           .errors = {.squares = 4 * 997, .count = 1000}};
  const Path path = forecast(model, 2);
  EXPECT_EQ(path.points, (std::vector<double>{207, 57}));
  EXPECT_NEAR(path.deviations[0], std::hypot(2, 2), 1e-9);
  EXPECT_NEAR(path.deviations[1], std::hypot(2, std::sqrt(8) / 2), 1e-9);
}

TEST(Prophet, AddsWhatIsNotPositive) {
  std::vector<double> values = seasonal_and_drifting(120, 4);
  for (double& value : values) value -= 100;
  EXPECT_EQ(fit_prophet(values, 12).form, SeasonalForm::additive);
}

TEST(Prophet, FollowsALineAndItsWaves) {
  const auto truth = [](std::size_t t) {
    return 20 + 0.25 * static_cast<double>(t) + 3 * season_wave(t, 12) + season_wave(3 * t, 12);
  };
  std::vector<double> values;
  for (std::size_t t = 0; t < 96; ++t) values.push_back(truth(t));
  const ProphetModel model = fit_prophet(values, 12);
  const Path path = forecast(model, 24);
  for (std::size_t h = 0; h < 24; ++h) EXPECT_NEAR(path.points[h], truth(96 + h), 1e-6);
  EXPECT_TRUE(model.changes.empty());
  EXPECT_EQ(fitted(model), 13U);  // line and eleven waves
}

TEST(Prophet, FindsAKinkAtItsPlace) {
  const ProphetModel model = fit_prophet(kinked(-0.8, 0.02));
  const auto largest = std::ranges::max_element(
      model.changes, {}, [](const TrendChange& change) { return std::abs(change.slope); });
  ASSERT_NE(largest, model.changes.end());
  EXPECT_EQ(largest->at, kKink);
  EXPECT_NEAR(largest->slope, -0.8, 0.01);
  EXPECT_NEAR(model.initial_slope, 0.5, 0.01);
  EXPECT_NEAR(model.slope, -0.3, 0.01);
}

// The prior takes a kink for chance that errors of +-2 hide, and sees it where it is ten times as
// strong.
TEST(Prophet, TakesAWeakKinkForChance) {
  EXPECT_TRUE(fit_prophet(kinked(0.01, 2)).changes.empty());
  EXPECT_FALSE(fit_prophet(kinked(0.1, 2)).changes.empty());
}

TEST(Prophet, HasASeasonWhereTwoOfThemAreThere) {
  const std::vector<double> values = seasonal_and_drifting(200, 1);
  const auto columns = [&](std::size_t n, std::size_t period) {
    const ProphetModel model = fit_prophet(std::span{values}.first(n), period);
    return model.seasons.empty() ? 0U : model.seasons[0].columns;
  };
  EXPECT_EQ(columns(23, 12), 0U);
  EXPECT_EQ(columns(24, 12), 11U);
  EXPECT_EQ(columns(200, 7), 6U);
  EXPECT_EQ(columns(200, 52), 20U);
  EXPECT_EQ(columns(200, 1), 0U);
  EXPECT_EQ(columns(200, 0), 0U);
  EXPECT_EQ(columns(3, static_cast<std::size_t>(-1)), 0U);
}

TEST(Prophet, KeepsAValueMoreThanItHasColumns) {
  for (std::size_t n = kProphetNeeds; n < 60; ++n) {
    const ProphetModel model = fit_prophet(seasonal_and_drifting(n, 3), 12);
    EXPECT_LT(fitted(model), n);
    EXPECT_EQ(forecast(model, 2).deviations.size(), 2U);
  }
}

TEST(Prophet, GivesAConstantItself) {
  const ProphetModel model = fit_prophet(std::vector<double>(40, 4.1), 12);
  EXPECT_EQ(forecast(model, 30).points, std::vector<double>(30, 4.1));
  EXPECT_EQ(forecast(model, 30).deviations, std::vector<double>(30, 0.0));
}

TEST(Prophet, GoesStraightOnBeforeItHasSeenAChange) {
  const std::vector<double> values = kinked(-0.8, 0.02);
  const ProphetModel model = fit_prophet(values);
  const auto points_after = [&](std::size_t n) {
    return forecast(absorbed(started(model), std::span{values}.first(n)), 50).points;
  };
  const std::vector<double> before = points_after(30);
  for (std::size_t h = 1; h < 50; ++h) EXPECT_NEAR(before[h] - before[h - 1], 0.5, 0.02);
  const std::vector<double> after = points_after(60);
  for (std::size_t h = 1; h < 50; ++h) EXPECT_NEAR(after[h] - after[h - 1], -0.3, 0.02);
}

TEST(Prophet, GoesAlongItsValuesAgain) {
  const std::vector<double> values = seasonal_and_drifting(90, 5);
  const ProphetModel model = fit_prophet(values, 12);
  const ProphetModel again = absorbed(started(model), values);
  EXPECT_EQ(forecast(again, 14).points, forecast(model, 14).points);
  EXPECT_EQ(forecast(again, 14).deviations, forecast(model, 14).deviations);
  EXPECT_EQ(one_step(model, values).errors.size(), 90U);
}

// New values move time on and nothing else.
TEST(Prophet, KeepsItsWeightsWhenItIsUpdated) {
  const ProphetModel model = fit_prophet(seasonal_and_drifting(90, 6), 12);
  const std::vector<double> later{300, -5, 80};
  const std::vector<double> points = forecast(model, 20).points;
  const std::vector<double> moved = forecast(absorbed(model, later), 17).points;
  for (std::size_t h = 0; h < 17; ++h) EXPECT_NEAR(moved[h], points[h + 3], 1e-9);
}

TEST(Prophet, ExpectsAsManyChangesAsThereWere) {
  const ProphetModel model = fit_prophet(kinked(-0.8, 0.02));
  double sizes = 0;
  for (const TrendChange& change : model.changes) sizes += std::abs(change.slope);
  // 25 places in 100 steps
  EXPECT_NEAR(model.change_deviation, sizes / 25 * std::sqrt(2 * 0.25), 1e-12);
}

// 20,000 futures: changes in Poisson time at 0.3 a step, Laplace of scale 0.2, and errors of
// deviation 1. Of the sixth step the kurtosis is near 9, so one standard error of the deviation is
// sqrt(8 / 80,000) = 1 %; four are allowed.
TEST(Prophet, StatesTheDeviationOfItsFutures) {
  constexpr std::size_t kFutures = 20'000;
  constexpr std::size_t kAhead = 6;
  const ProphetModel model{.change_deviation = 0.2 * std::sqrt(2 * 0.3),
                           .errors = {.squares = 998, .count = 1000}};
  const Path path = forecast(model, kAhead);
  std::mt19937 generator{1};
  std::normal_distribution<double> noise;
  std::exponential_distribution<double> wait{0.3};
  std::exponential_distribution<double> size{1 / 0.2};
  std::bernoulli_distribution up;
  std::array<double, kAhead> squares{};
  for (std::size_t run = 0; run < kFutures; ++run) {
    std::array<double, kAhead> future{};
    for (double& value : future) value = noise(generator);
    for (double u = wait(generator); u < kAhead; u += wait(generator)) {
      const double change = up(generator) ? size(generator) : -size(generator);
      for (std::size_t h = 0; h < kAhead; ++h) {
        future.at(h) += change * std::max(0.0, static_cast<double>(h + 1) - u);
      }
    }
    for (std::size_t h = 0; h < kAhead; ++h) squares.at(h) += future.at(h) * future.at(h);
  }
  for (std::size_t h = 0; h < kAhead; ++h) {
    const double simulated = std::sqrt(squares.at(h) / kFutures);
    EXPECT_NEAR(path.deviations[h] / simulated, 1, 0.04) << "step " << h + 1;
  }
}

TEST(Prophet, StaysFiniteAndUsesTheNewestValues) {
  for (const auto& values : degenerate_series()) expect_finite(forecast(fit_prophet(values, 4), 9));
  const ProphetModel model = fit_prophet(longer_than_used(), 7);
  EXPECT_EQ(model.skipped, 100U);
  EXPECT_NEAR(forecast(model, 1).points[0], 6, 1e-6);  // the remainder of 16,484 by 7
  EXPECT_THROW(static_cast<void>(fit_prophet(std::vector<double>{1, 2})), Error);
}

// Noise of deviation 1 on a line with two covariates, one of a mean far from 0: effects within four
// standard errors, 4 / (deviation sqrt(n)) each.
TEST(Prophet, FindsTheEffectsOfCovariates) {
  std::mt19937 generator{11};
  std::normal_distribution<double> noise;
  std::vector<double> values;
  std::vector<double> entries;
  for (int t = 0; t < 300; ++t) {
    const double price = 1000 + 2 * noise(generator);
    const double holiday = generator() % 10 == 0 ? 1 : 0;
    entries.insert(entries.end(), {price, holiday});
    values.push_back(20 + 0.1 * t - 1.5 * (price - 1000) + 8 * holiday + noise(generator));
  }
  const KnownRows rows{.columns = 2, .entries = entries};
  const ProphetModel model = fit_prophet(values, 1, rows);
  EXPECT_NEAR(model.effects[0], -1.5, 0.12);
  EXPECT_NEAR(model.effects[1], 8, 0.8);
  EXPECT_EQ(fitted(model), 2 + 2 + model.changes.size());
  const std::vector<double> coming{1001, 1};
  const Path path = forecast(model, 1, {.columns = 2, .entries = coming});
  EXPECT_NEAR(path.points[0], 20 + 30 - 1.5 + 8, 1.5);
  EXPECT_EQ(path.points[0], model.next(coming));
}

// By hand: 12 values, a straight line but for a flag at the last two, so with the priors of the
// header the mode solves (X'X / v + P) w = X'y / v in units of the largest value; a flag enters as
// it is, a covariate of 3 and 5 standardised, to (x - 4) / sqrt(12 / 11).
struct ProphetMode {
  double effect;
  double variance;
};

ProphetMode mode_with_one_covariate(const std::vector<double>& values,
                                    const std::vector<double>& column) {
  const double largest = largest_of(values);
  std::vector<std::array<double, 4>> rows;  // time, 1, the covariate, the value
  for (std::size_t t = 0; t < values.size(); ++t) {
    rows.push_back({static_cast<double>(t) / static_cast<double>(values.size() - 1), 1, column[t],
                    values[t] / largest});
  }
  constexpr std::array kRidges{1.0 / 25, 1.0 / 25, 1.0 / 100};
  ProphetMode mode{.effect = 0, .variance = 1};
  for (int turn = 0; turn < 200; ++turn) {
    std::array<std::array<double, 4>, 3> system{};
    for (std::size_t i = 0; i < 3; ++i) {
      system.at(i).at(i) = mode.variance * kRidges.at(i);
      for (const auto& row : rows) {
        for (std::size_t j = 0; j < 4; ++j) system.at(i).at(j) += row.at(i) * row.at(j);
      }
    }
    for (std::size_t i = 0; i < 3; ++i) {  // Gauss, Jordan
      for (std::size_t k = 0; k < 3; ++k) {
        if (k == i) continue;
        const double share = system.at(k).at(i) / system.at(i).at(i);
        for (std::size_t j = 0; j < 4; ++j) system.at(k).at(j) -= share * system.at(i).at(j);
      }
    }
    double squares = 0;
    for (const auto& row : rows) {
      double error = row[3];
      for (std::size_t i = 0; i < 3; ++i) {
        error -= row.at(i) * system.at(i)[3] / system.at(i).at(i);
      }
      squares += error * error;
    }
    const auto n = static_cast<double>(values.size());
    mode.effect = largest * system[2][3] / system[2][2];
    mode.variance = std::max(1e-8, 2 * squares / (n + std::sqrt(n * n + 16 * squares)));
  }
  return mode;
}

TEST(Prophet, StandardisesWhatIsNoFlag) {
  std::vector<double> values;
  std::vector<double> flag;
  std::vector<double> amount;
  std::vector<double> standard;
  for (int t = 0; t < 12; ++t) {
    flag.push_back(t % 3 == 1 ? 1 : 0);
    amount.push_back(t % 2 == 0 ? 3 : 5);
    standard.push_back((amount.back() - 4) / std::sqrt(12.0 / 11));
    values.push_back(30 + (t % 4 == 1 ? 1 : -1) + 4 * flag.back() + 2 * amount.back());
  }
  const ProphetModel of_flag = fit_prophet(values, 1, {.columns = 1, .entries = flag});
  const ProphetModel of_amount = fit_prophet(values, 1, {.columns = 1, .entries = amount});
  ASSERT_TRUE(of_flag.changes.empty() && of_amount.changes.empty());
  EXPECT_NEAR(of_flag.effects[0], mode_with_one_covariate(values, flag).effect, 1e-6);
  EXPECT_NEAR(of_amount.effects[0],
              mode_with_one_covariate(values, standard).effect / std::sqrt(12.0 / 11), 1e-6);
}

TEST(Prophet, GivesWhatStandsStillNoEffect) {
  const std::vector<double> values = seasonal_and_drifting(60, 2);
  std::vector<double> entries;
  for (int t = 0; t < 60; ++t) entries.insert(entries.end(), {7.7, t % 5 == 0 ? 2.0 : 3.5, 0});
  const ProphetModel model = fit_prophet(values, 12, {.columns = 3, .entries = entries});
  EXPECT_EQ(model.effects[0], 0);
  EXPECT_NE(model.effects[1], 0);
  EXPECT_EQ(model.effects[2], 0);
}

}  // namespace
}  // namespace shelduck::forecast
