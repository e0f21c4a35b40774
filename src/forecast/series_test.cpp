#include "shelduck/forecast/series.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

// The field that check() names, or "accepted".
std::string refused_field(const Series& series) {
  try {
    check(series);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_FALSE(error.detail().rule.empty());
    return error.detail().field;
  }
  return "accepted";
}

TEST(Series, AcceptsValuesTimesAndUnmeasuredCovariates) {
  EXPECT_EQ(refused_field({.values = {1, 0, -3},
                           .times = {0, 0, 5},
                           .covariates = {{"packages", {1, kUnknown, 0}},
                                          {"phase", {-1, 0, 1}, CovariateKind::flag}}}),
            "accepted");
}

TEST(Series, NamesWhatIsNotFinite) {
  EXPECT_EQ(refused_field({.values = {1, NAN}}), "values[1]");
  EXPECT_EQ(refused_field({.values = {1, 2, INFINITY}}), "values[2]");
  EXPECT_EQ(refused_field({.values = {1e151}}), "values[0]");
  EXPECT_EQ(refused_field({.values = {1, 2}, .times = {0, NAN}}), "times[1]");
  EXPECT_EQ(refused_field({.values = {1}, .covariates = {{"packages", {INFINITY}}}}),
            "packages[0]");
}

TEST(Series, NamesTimesThatDecrease) {
  EXPECT_EQ(refused_field({.values = {1, 2, 3}, .times = {0, 5, 4}}), "times[2]");
}

TEST(Series, NamesColumnsOfAnotherLengthAndBadNames) {
  EXPECT_EQ(refused_field({.values = {1, 2}, .times = {0}}), "times");
  EXPECT_EQ(refused_field({.values = {1, 2}, .covariates = {{"bytes", {1}}}}), "bytes");
  EXPECT_EQ(refused_field({.values = {1}, .covariates = {{"", {1}}}}), "covariates");
  EXPECT_EQ(refused_field({.values = {1}, .covariates = {{"a", {1}}, {"a", {2}}}}), "covariates");
  EXPECT_EQ(refused_field({.values = {1}, .covariates = {{"bytes", {-1}}}}), "bytes[0]");
}

TEST(NextRun, MustNameColumnsOfTheSeries) {
  const std::vector<Covariate> columns{{"packages", {}}, {"bytes", {}}};
  const NextRun next{.time = 5, .covariates = {{"bytes", 7}}};
  EXPECT_NO_THROW(check(next, columns));
  const std::vector<double> known = known_values(next, columns);
  EXPECT_TRUE(std::isnan(known[0]));
  EXPECT_EQ(known[1], 7);
  EXPECT_THROW(check({.covariates = {{"parcels", 7}}}, columns), Error);
  EXPECT_THROW(check({.covariates = {{"bytes", -7}}}, columns), Error);
  EXPECT_THROW(check({.time = NAN}, columns), Error);
}

TEST(Validation, CountsWhatIsOdd) {
  const Series series{.values = {1, 2, 0, 2, 1, 900, NAN},
                      .times = {0, 1, 2, 2, 3, 60, 59},
                      .covariates = {{"same", {4, 4, kUnknown, 4, 4, 4, 4}}}};
  const ValidationReport report = validate(series, 8);
  EXPECT_EQ(report.samples, 7U);
  EXPECT_FALSE(report.enough_samples);
  EXPECT_FALSE(report.constant);
  EXPECT_EQ(report.non_finite, 1U);
  EXPECT_EQ(report.zeros, 1U);
  EXPECT_EQ(report.outliers, std::vector<std::size_t>{5});
  EXPECT_EQ(report.gaps, std::vector<std::size_t>{5});
  EXPECT_EQ(report.unordered_times, 1U);
  EXPECT_EQ(report.repeated_times, 1U);
  EXPECT_EQ(report.constant_covariates, std::vector<std::string>{"same"});
  EXPECT_EQ(report.missing_covariate_values, 1U);
}

TEST(Validation, SeesAConstantSeries) {
  EXPECT_TRUE(validate({.values = {3, 3, 3}}, 3).constant);
  EXPECT_TRUE(validate({.values = {3, 3, 3}}, 3).enough_samples);
}

TEST(Median, IsTheMiddleOrTheMeanOfTheTwo) {
  EXPECT_EQ(median_of({5, 1, 9}), 5);
  EXPECT_EQ(median_of({5, 1, 9, 7}), 6);
  EXPECT_THROW((void)median_of({}), Error);
}

}  // namespace
}  // namespace shelduck::forecast
