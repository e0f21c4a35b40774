#include "shelduck/forecast/preprocess.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kHole = std::numeric_limits<double>::quiet_NaN();
using Numbers = std::vector<double>;

// Expected numbers of this file: by hand from the rules of the header.
TEST(Preprocess, FillsAndSaysWhere) {
  const Preprocessed ready = preprocess(Numbers{kHole, 2, kHole, 6});
  EXPECT_EQ(ready.values, (Numbers{2, 2, 4, 6}));
  EXPECT_EQ(ready.filled, (std::vector<std::size_t>{0, 2}));
  EXPECT_TRUE(ready.outliers.empty());
}

// Eleven zeros and a giant: Z = 11 / sqrt(12) = 3.18. With ten others at most 10 / sqrt(11) = 3.02,
// with nine 9 / sqrt(10) = 2.85.
TEST(Preprocess, ReplacesOutliersByTheLineBetweenTheirNeighbours) {
  const Numbers spiked{0, 0, 0, 0, 0, 0, 900, 0, 0, 0, 0, 0};
  const Preprocessed ready = preprocess(spiked, {.outliers = OutlierRule::replace});
  EXPECT_EQ(ready.outliers, std::vector<std::size_t>{6});
  EXPECT_EQ(ready.values, Numbers(12, 0.0));
  EXPECT_TRUE(ready.filled.empty());
  EXPECT_EQ(preprocess(spiked).values, spiked) << "outliers are kept unless asked for";

  const Numbers ten{0, 0, 0, 0, 0, 0, 0, 0, 0, 900};
  EXPECT_EQ(preprocess(ten, {.outliers = OutlierRule::replace}).values, ten);
  Numbers rising{1, 2, 3, 4, 5, 6, 7, 900, 9, 10, 11, 12, kHole};
  const Preprocessed line =
      preprocess(rising, {.outliers = OutlierRule::replace, .fill = Fill::none});
  EXPECT_EQ(line.values[7], 8);
  EXPECT_TRUE(std::isnan(line.values[12])) << "no rule for missing values was given";
}

TEST(Preprocess, ScalesToTheUnitInterval) {
  const Preprocessed ready = preprocess(Numbers{4, 8, 6}, {.scaling = Scaling::minmax});
  EXPECT_EQ(ready.values, (Numbers{0, 1, 0.5}));
  EXPECT_EQ(ready.how.invert(1.5), 10);
  EXPECT_EQ(ready.how.apply(10), 1.5);
}

TEST(Preprocess, ScalesToZeroMeanAndUnitDeviation) {
  const Preprocessed ready = preprocess(Numbers{1, 3}, {.scaling = Scaling::standard});
  EXPECT_EQ(ready.values, (Numbers{-1, 1}));  // mean 2, deviation with divisor n 1
  EXPECT_EQ(ready.how.invert(2), 4);
}

TEST(Preprocess, TakesAConstantSeriesToZero) {
  for (const Scaling scaling : {Scaling::minmax, Scaling::standard}) {
    const Preprocessed ready = preprocess(Numbers(10, 0.1), {.scaling = scaling});
    EXPECT_EQ(ready.values, Numbers(10, 0.0));
    EXPECT_EQ(ready.how.invert(0), 0.1);
  }
}

TEST(Preprocess, InvertsEveryCombinationInOrder) {
  constexpr double kInverse = 1e-12;  // relative: rounding of four operations and of exp(log)
  const Numbers series{3, 0.25, 700, 41, 12.5, 5e5};
  for (const Transform transform : {Transform::none, Transform::log}) {
    for (const Scaling scaling : {Scaling::none, Scaling::minmax, Scaling::standard}) {
      const Preprocessed ready = preprocess(series, {.transform = transform, .scaling = scaling});
      for (std::size_t t = 0; t < series.size(); ++t) {
        const double size = transform == Transform::log ? series[t] : 5e5;
        EXPECT_NEAR(ready.how.invert(ready.values[t]), series[t], kInverse * size);
        EXPECT_EQ(ready.how.apply(series[t]), ready.values[t]);
      }
      EXPECT_LT(ready.how.invert(0.3), ready.how.invert(0.31)) << "a bound stays a bound";
    }
  }
}

std::string refused_preparation(const Numbers& series, const PreprocessOptions& options) {
  try {
    (void)preprocess(series, options);
  } catch (const Error& error) {
    return error.kind() == ErrorKind::invalid_input
               ? error.detail().field + " = " + error.detail().value
               : "another kind";
  }
  return "nothing was refused";
}

TEST(Preprocess, NamesWhatItRefuses) {
  EXPECT_EQ(refused_preparation({2, 0}, {.transform = Transform::log}), "values[1] = 0");
  EXPECT_EQ(refused_preparation({-3, 1}, {.transform = Transform::log}), "values[0] = -3");
  EXPECT_EQ(refused_preparation({1, HUGE_VAL}, {}), "values[1] = inf");
  EXPECT_EQ(refused_preparation({kHole, kHole}, {}), "values = NaN");
}

TEST(Preprocess, KeepsTinyAndHugeValuesFinite) {
  for (const Numbers& series : {Numbers{1e-200, 2e-200, 1e-200}, Numbers{-1e150, 1e150, 0}}) {
    const Preprocessed ready = preprocess(series, {.scaling = Scaling::standard});
    for (const double value : ready.values) {
      EXPECT_TRUE(std::isfinite(value));
    }
  }
  EXPECT_TRUE(preprocess({}).values.empty());
}

}  // namespace
}  // namespace shelduck::forecast
