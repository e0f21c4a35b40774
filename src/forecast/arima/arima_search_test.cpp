#include "shelduck/forecast/arima/arima_search.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shelduck/forecast/allocations_for_test.hpp"
#include "shelduck/forecast/arima/arima_for_test.hpp"
#include "shelduck/forecast/arima/product_of.hpp"

namespace shelduck::forecast {
namespace {

constexpr ArimaOrders kSearchLimits{.p = 5, .q = 5, .P = 2, .Q = 2, .constant = true};

// Of the process with these unknowns; the first hundred values are left out.
std::vector<double> simulated_arma(const ArimaOrders& orders, const ArimaUnknowns& at,
                                   std::size_t period, unsigned seed) {
  constexpr std::size_t kWarm = 100;
  const ArmaProcess<double> process = process_of(factors_of(orders, at), period);
  const std::vector<double> errors = noise_for_test(kWarm + 200, seed);
  std::vector<double> values;
  for (std::size_t t = 0; t < errors.size(); ++t) {
    double value = errors[t];
    for (std::size_t i = 0; i < process.ar.count; ++i) {
      if (process.ar.lags[i] <= t) value += process.ar.weights[i] * values[t - process.ar.lags[i]];
    }
    for (std::size_t j = 0; j < process.ma.count; ++j) {
      if (process.ma.lags[j] <= t) value -= process.ma.weights[j] * errors[t - process.ma.lags[j]];
    }
    values.push_back(value);
  }
  values.erase(values.begin(), values.begin() + kWarm);
  return values;
}

// Orders are found beside waves as without them, and the waves' weights with them.
TEST(ArimaSearch, FindsOrdersBesideColumns) {
  const ArimaOrders truth{.p = 1};
  const std::vector<double> plain = simulated_arma(truth, {0.7}, 1, 4);
  constexpr std::size_t kColumns = 4;
  std::vector<double> entries;
  std::vector<double> values = plain;
  for (std::size_t t = 0; t < values.size(); ++t) {
    for (std::size_t c = 0; c < kColumns; ++c) {
      const double angle = 6.28318530717959 * static_cast<double>((c / 2 + 1) * t) / 52;
      entries.push_back(c % 2 == 0 ? std::cos(angle) : std::sin(angle));
      values[t] += (c == 1 ? 8 : 2) * entries.back();
    }
  }
  const ArimaColumns columns{{.columns = kColumns, .entries = entries}, kSearchLimits, 1};
  ArimaSearch search{values, {}, columns};
  const ArimaFit guide = search.guide_of({.p = 2, .q = 2, .constant = true});
  const ArimaFit beside = search.best_beside({.p = 5, .q = 5, .constant = true}, guide);
  const ArimaFit together = search.best({.p = 5, .q = 5, .constant = true});
  EXPECT_EQ(beside.orders, truth);
  EXPECT_NEAR(beside.aicc, search.fit(truth).aicc, 1e-3);
  EXPECT_LT(beside.aicc, together.aicc + 0.5);
}

TEST(ArimaSearch, SumsProductsInAnyLength) {
  std::vector<double> numbers;
  double sum = 0;
  for (int t = 0; t < 11; ++t) {
    EXPECT_EQ(product_of(numbers, numbers), sum);
    numbers.push_back(t + 1);
    sum += numbers.back() * numbers.back();
  }
}

// n log(2 pi sum / n) + n + 2 k + 2 k (k + 1) / (n - k - 1), the sum from the whole matrix.
TEST(ArimaSearch, GivesTheCriterionOfTheWholeMatrix) {
  const std::vector<double> values = noise_for_test(50, 1);
  const ArimaSearch search{values, {.period = 4}};
  for (const ArimaOrders& orders :
       {ArimaOrders{}, ArimaOrders{.p = 1, .constant = true}, ArimaOrders{.q = 2, .P = 1}}) {
    const ArimaFit fit = search.fit(orders);
    const double sum = dense_squares(process_of(factors_of(orders, fit.at), 4), values);
    const double k = static_cast<double>(arima_parameters(orders)) + 1;
    const double criterion = 50 * (std::log(2 * 3.14159265358979 * sum / 50) + 1);
    EXPECT_NEAR(fit.criterion, criterion, 1e-7);
    EXPECT_NEAR(fit.aicc, criterion + 2 * k + 2 * k * (k + 1) / (50 - k - 1), 1e-7);
  }
}

// Of 20 processes each the estimates lie about the truth: the standard error of a partial
// autocorrelation from 200 values is below 0.1, that of their mean below 0.03.
TEST(ArimaSearch, FindsTheParametersOfAProcess) {
  const ArimaOrders orders{.p = 1, .q = 1, .Q = 1};
  const ArimaUnknowns truth{0.7, -0.4, 0.5};
  std::array<double, 3> means{};
  for (unsigned seed = 0; seed < 20; ++seed) {
    const std::vector<double> values = simulated_arma(orders, truth, 4, seed);
    const ArimaFit fit = ArimaSearch{values, {.period = 4}}.fit(orders);
    for (std::size_t i = 0; i < 3; ++i) means.at(i) += fit.at.at(i) / 20;
  }
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(means.at(i), truth.at(i), 0.06) << i;
}

TEST(ArimaSearch, EndsWhereNoNeighbourIsBetter) {
  for (unsigned seed = 0; seed < 10; ++seed) {
    const std::vector<double> values = simulated_arma({.p = 1, .Q = 1}, {0.6, -0.5}, 4, seed + 100);
    ArimaSearch search{values, {.period = 4}};
    const ArimaFit best = search.best(kSearchLimits);
    for (const int toward : {-1, 1}) {
      for (std::size_t ArimaOrders::* order :
           {&ArimaOrders::p, &ArimaOrders::q, &ArimaOrders::P, &ArimaOrders::Q}) {
        ArimaOrders nearby = best.orders;
        nearby.*order += static_cast<std::size_t>(toward);
        if (nearby.*order > kSearchLimits.*order) continue;
        EXPECT_GE(search.fit(nearby).aicc, best.aicc - 0.01) << to_string(nearby, 4);
      }
    }
  }
}

TEST(ArimaSearch, ChoosesWhatMadeTheValues) {
  std::size_t autoregressive = 0;
  std::size_t seasonal = 0;
  for (unsigned seed = 0; seed < 20; ++seed) {
    const std::vector<double> values = simulated_arma({.p = 2, .P = 1}, {0.5, -0.6, 0.6}, 4, seed);
    const ArimaFit best = ArimaSearch{values, {.period = 4}}.best(kSearchLimits);
    autoregressive += best.orders.p >= 2 ? 1U : 0U;
    seasonal += best.orders.P + best.orders.Q > 0 ? 1U : 0U;
  }
  EXPECT_GE(autoregressive, 15U);
  EXPECT_EQ(seasonal, 20U);
}

// A process whose MA root is 1 / 0.999 is refused, with one of 1 / 0.5 it is not.
TEST(ArimaSearch, RefusesRootsNearTheUnitCircle) {
  const std::vector<double> near = simulated_arma({.q = 1}, {0.999}, 1, 3);
  const ArimaFit refused = ArimaSearch{near, {}}.fit({.q = 1});
  EXPECT_GT(refused.at[0], 0.99);
  EXPECT_TRUE(std::isinf(refused.aicc));
  EXPECT_TRUE(std::isfinite(refused.criterion));
  const std::vector<double> far = simulated_arma({.q = 1}, {0.5}, 1, 3);
  EXPECT_TRUE(std::isfinite((ArimaSearch{far, {}}.fit({.q = 1}).aicc)));
}

TEST(ArimaSearch, KeepsItsLimits) {
  const std::vector<double> values = simulated_arma({.p = 2, .P = 1}, {0.5, -0.6, 0.6}, 4, 1);
  const ArimaFit none = ArimaSearch{values, {.period = 4}}.best({});
  EXPECT_EQ(none.orders, ArimaOrders{});
  const ArimaFit few = ArimaSearch{values, {.period = 4, .d = 1, .D = 1}}.best({.p = 1, .Q = 1});
  EXPECT_LE(few.orders.p, 1U);
  EXPECT_EQ(few.orders.q + few.orders.P, 0U);
  EXPECT_FALSE(few.orders.constant);
  EXPECT_EQ(few.orders.d, 1U);
  EXPECT_EQ(few.orders.D, 1U);
}

// What a fit asks for does not depend on its steps: some 16 vectors for each of at most 94 models.
TEST(ArimaSearch, AllocatesNothingWhileItFits) {
  for (const std::size_t n : {60U, 2000U}) {
    const std::vector<double> values = noise_for_test(n, 6);
    ArimaSearch search{values, {.period = 4}};
    const std::size_t before = allocations_so_far();
    (void)search.fit({.p = 2, .q = 2, .P = 1, .Q = 1, .constant = true});
    EXPECT_LE(allocations_so_far() - before, 20U) << n;
  }
}

}  // namespace
}  // namespace shelduck::forecast
