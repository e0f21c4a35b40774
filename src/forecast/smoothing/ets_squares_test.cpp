#include "shelduck/forecast/smoothing/ets_squares.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "shelduck/forecast/allocations_for_test.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kQuarters = 4;

std::vector<EtsForm> forms_of_squares() {
  std::vector<EtsForm> forms;
  for (const EtsError error : {EtsError::additive, EtsError::multiplicative}) {
    for (const Trend trend : {Trend::none, Trend::additive, Trend::damped}) {
      for (const EtsSeason season :
           {EtsSeason::none, EtsSeason::additive, EtsSeason::multiplicative}) {
        if (error == EtsError::multiplicative || season != EtsSeason::multiplicative) {
          forms.push_back({.error = error, .trend = trend, .season = season});
        }
      }
    }
  }
  return forms;
}

// Rising, with a season of four, of size near 1.
std::vector<double> quarters() {
  std::vector<double> values;
  for (int t = 0; t < 30; ++t) {
    const double wobble = 0.04 * std::sin(3.7 * t) + 0.03 * std::cos(1.3 * t * t);
    values.push_back(0.5 + 0.015 * t + 0.12 * std::sin(1.57 * t) + wobble);
  }
  return values;
}

EtsCourse course_for(const EtsForm& form) {
  EtsCourse course;
  course.weights = {.alpha = 0.35};
  course.start.level = 0.52;
  if (form.trend != Trend::none) {
    course.weights.beta = 0.04;
    course.start.slope = 0.012;
  }
  if (form.trend == Trend::damped) course.weights.phi = 0.93;
  if (form.season == EtsSeason::additive) course.start.season = {0.01, 0.11, -0.02, -0.10};
  if (form.season == EtsSeason::multiplicative) course.start.season = {1.01, 1.2, 0.97, 0.82};
  if (form.season != EtsSeason::none) course.weights.gamma = 0.25;
  return course;
}

struct TextbookStep {
  double point;
  double base;  // level and slope
};

// The state equations as the book prints them, relative errors in the right half of table 2.3: the
// season turns as a list, and nothing is shared with the program.
class Textbook {
 public:
  Textbook(const EtsForm& form, const EtsCourse& course)
      : form_(form),
        w_(course.weights),
        level_(course.start.level),
        slope_(course.start.slope),
        season_(course.start.season.begin(), course.start.season.begin() + kQuarters) {}

  [[nodiscard]] TextbookStep step() const {
    const double base = level_ + w_.phi * slope_;
    switch (form_.season) {
      case EtsSeason::none:
        return {.point = base, .base = base};
      case EtsSeason::additive:
        return {.point = base + season_.front(), .base = base};
      case EtsSeason::multiplicative:
        break;
    }
    return {.point = base * season_.front(), .base = base};
  }

  void see(double value) {
    const auto [point, base] = step();
    const double oldest = season_.front();
    double next = 0;
    if (form_.season == EtsSeason::multiplicative) {  // (M, ., M)
      const double relative = value / point - 1;
      level_ = base * (1 + w_.alpha * relative);
      slope_ = w_.phi * slope_ + w_.beta * base * relative;
      next = oldest * (1 + w_.gamma * relative);
    } else if (form_.error == EtsError::multiplicative) {  // (M, ., N) and (M, ., A)
      const double relative = value / point - 1;
      level_ = base + w_.alpha * point * relative;
      slope_ = w_.phi * slope_ + w_.beta * point * relative;
      next = oldest + w_.gamma * point * relative;
    } else {
      const double error = value - point;
      level_ = base + w_.alpha * error;
      slope_ = w_.phi * slope_ + w_.beta * error;
      next = oldest + w_.gamma * error;
    }
    season_.erase(season_.begin());
    season_.push_back(next);
  }

 private:
  EtsForm form_;
  EtsWeights w_;
  double level_;
  double slope_;
  std::vector<double> season_;
};

// n log(sum e^2) + 2 sum log|f|, the second part where errors are multiplicative.
double textbook_criterion(const EtsForm& form, const EtsCourse& course,
                          const std::vector<double>& values) {
  Textbook book{form, course};
  double squares = 0;
  double logs = 0;
  for (const double value : values) {
    const double point = book.step().point;
    const bool relative = form.error == EtsError::multiplicative;
    const double error = relative ? value / point - 1 : value - point;
    squares += error * error;
    logs += relative ? std::log(std::abs(point)) : 0;
    book.see(value);
  }
  return static_cast<double>(values.size()) * std::log(squares) + 2 * logs;
}

TEST(EtsSquares, GiveTheLikelihoodOfTheTextbook) {
  const std::vector<double> values = quarters();
  for (const EtsForm& form : forms_of_squares()) {
    for (const EtsRegion region : {EtsRegion::box, EtsRegion::usual, EtsRegion::calm}) {
      EtsSquares problem{{.form = form, .period = kQuarters, .region = region}, values};
      const EtsCourse course = course_for(form);
      const EtsUnknowns at = problem.unknowns_of(course);
      const double squares = problem.squares(std::span{at}.first(problem.unknowns()));
      EXPECT_NEAR(ets_criterion(squares, values.size()), textbook_criterion(form, course, values),
                  1e-9)
          << to_string(form);
    }
  }
}

TEST(EtsSquares, CountTheirUnknowns) {
  EXPECT_EQ(values_needed(EtsForm{}, 1), 3U);
  const EtsForm full{.error = EtsError::multiplicative,
                     .trend = Trend::damped,
                     .season = EtsSeason::multiplicative};
  EXPECT_EQ(to_string(full), "M,Ad,M");
  EXPECT_EQ(ets_parameters(full), 4U);
  EXPECT_EQ(ets_states(full, 12), 13U) << "level, slope and eleven of twelve indices";
  EXPECT_EQ(values_needed(full, 12), 18U);
}

// Central differences of the sum: its derivative by an unknown is twice J'r.
TEST(EtsSquares, HaveTheGradientOfTheirSum) {
  constexpr double kMove = 1e-6;
  const std::vector<double> values = quarters();
  for (const EtsForm& form : forms_of_squares()) {
    for (const EtsRegion region : {EtsRegion::box, EtsRegion::usual, EtsRegion::calm}) {
      EtsSquares problem{{.form = form, .period = kQuarters, .region = region}, values};
      EtsUnknowns at = problem.unknowns_of(course_for(form));
      const std::span place = std::span{at}.first(problem.unknowns());
      const NormalEquations equations = problem.linearise(place);
      for (std::size_t i = 0; i < place.size(); ++i) {
        const double here = place[i];
        place[i] = here + kMove;
        const double above = problem.squares(place);
        place[i] = here - kMove;
        const double below = problem.squares(place);
        place[i] = here;
        EXPECT_NEAR(2 * equations.gradient[i], (above - below) / (2 * kMove), 1e-6)
            << to_string(form) << " unknown " << i;
      }
    }
  }
}

// Errors, or relative errors times the geometric mean of the forecasts.
std::vector<double> textbook_residuals(const EtsForm& form, const EtsCourse& course,
                                       const std::vector<double>& values) {
  const bool relative = form.error == EtsError::multiplicative;
  Textbook book{form, course};
  std::vector<double> residuals;
  double logs = 0;
  for (const double value : values) {
    const double point = book.step().point;
    residuals.push_back(relative ? value / point - 1 : value - point);
    logs += relative ? std::log(point) / static_cast<double>(values.size()) : 0;
    book.see(value);
  }
  for (double& residual : residuals) residual *= std::exp(logs);
  return residuals;
}

// J'J from central differences of the residuals of the textbook.
TEST(EtsSquares, HaveTheMatrixOfTheirResiduals) {
  constexpr double kMove = 1e-5;
  const std::vector<double> values = quarters();
  for (const EtsForm& form : forms_of_squares()) {
    EtsSquares problem{{.form = form, .period = kQuarters}, values};
    EtsUnknowns at = problem.unknowns_of(course_for(form));
    const std::span place = std::span{at}.first(problem.unknowns());
    const NormalEquations equations = problem.linearise(place);
    std::vector<std::vector<double>> by;
    for (double& unknown : place) {
      const double here = unknown;
      unknown = here + kMove;
      std::vector<double> change = textbook_residuals(form, problem.course_of(place), values);
      unknown = here - kMove;
      const std::vector<double> below = textbook_residuals(form, problem.course_of(place), values);
      unknown = here;
      for (std::size_t t = 0; t < change.size(); ++t) {
        change[t] = (change[t] - below[t]) / (2 * kMove);
      }
      by.push_back(change);
    }
    for (std::size_t i = 0; i < by.size(); ++i) {
      for (std::size_t k = 0; k <= i; ++k) {
        const double sum = std::inner_product(by[i].begin(), by[i].end(), by[k].begin(), 0.0);
        EXPECT_NEAR(equations.matrix[i * kUnknownsMax + k], sum, 1e-6)
            << to_string(form) << " unknowns " << i << ", " << k;
      }
    }
  }
}

TEST(EtsSquares, KeepTheirRegion) {
  const EtsForm form{.trend = Trend::damped, .season = EtsSeason::additive};
  const std::vector<double> values = quarters();
  EtsCourse wild = course_for(form);
  wild.weights = {.alpha = 0.9, .beta = 0.95, .gamma = 0.9, .phi = 0.5};
  const auto weights_in = [&](EtsRegion region) {
    const EtsSquares problem{{.form = form, .period = kQuarters, .region = region}, values};
    return problem.course_of(problem.unknowns_of(wild)).weights;
  };
  EXPECT_EQ(weights_in(EtsRegion::box).beta, 0.95);
  EXPECT_EQ(weights_in(EtsRegion::box).gamma, 0.9);
  EXPECT_EQ(weights_in(EtsRegion::box).phi, 0.8);
  EXPECT_LE(weights_in(EtsRegion::usual).beta, 0.9);
  EXPECT_LE(weights_in(EtsRegion::usual).gamma, 0.1);
  EXPECT_EQ(weights_in(EtsRegion::calm).beta, 0.2 / kQuarters);
  EXPECT_LE(weights_in(EtsRegion::calm).gamma, 0.1);
}

TEST(EtsSquares, AreInfiniteWhereAFormHasNoMeaning) {
  const std::vector<double> values = quarters();
  const EtsForm form{.error = EtsError::multiplicative, .season = EtsSeason::multiplicative};
  EtsSquares problem{{.form = form, .period = kQuarters}, values};
  EtsCourse course = course_for(form);
  const auto sum_of = [&] {
    const EtsUnknowns at = problem.unknowns_of(course);
    return problem.squares(std::span{at}.first(problem.unknowns()));
  };
  EXPECT_TRUE(std::isfinite(sum_of()));
  course.start.level = -1;
  EXPECT_TRUE(std::isinf(sum_of()));
  course = course_for(form);
  course.start.season = {5, 0.1, 0.1, 0};  // the last one is implied: 4 - 5.2
  EXPECT_TRUE(std::isinf(sum_of()));
}

TEST(EtsSquares, AskForNoMemory) {
  const std::vector<double> values = quarters();
  double sum = 0;
  for (const EtsForm& form : forms_of_squares()) {
    EtsSquares problem{{.form = form, .period = kQuarters}, values};
    const EtsUnknowns at = problem.unknowns_of(course_for(form));
    const std::span place = std::span{at}.first(problem.unknowns());
    const std::size_t before = allocations_so_far();
    sum += problem.squares(place) + problem.linearise(place).gradient[0];
    EXPECT_EQ(allocations_so_far() - before, 0U) << to_string(form);
  }
  EXPECT_TRUE(std::isfinite(sum));
}

}  // namespace
}  // namespace shelduck::forecast
