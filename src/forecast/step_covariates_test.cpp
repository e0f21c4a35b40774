#include "shelduck/forecast/step_covariates.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

StepCovariates prices_and_holidays(std::vector<double> entries) {
  return {.names = {"price", "holiday"}, .entries = std::move(entries)};
}

std::string broken_covariate(const StepCovariates& known, std::size_t steps) {
  try {
    check(known, steps);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_FALSE(error.detail().rule.empty());
    return error.detail().field + " " + error.detail().value;
  }
  return "none";
}

TEST(StepCovariates, AreSizesOfTheWorkWhereTheirNamesSaySo) {
  for (const char* name :
       {"packages", "Packages_planned", "DOWNLOAD-BYTES", "files2", "job size"}) {
    EXPECT_TRUE(is_work_size(name)) << name;
  }
  for (const char* name : {"", "price", "temperature", "workingday", "megabytes"}) {
    EXPECT_FALSE(is_work_size(name)) << name;
  }
}

TEST(StepCovariates, HaveARowForEachStep) {
  const StepCovariates known = prices_and_holidays({1, 0, 2, 1, 3, 0});
  EXPECT_EQ(known.steps(), 3U);
  EXPECT_EQ(known.rows().at(1)[0], 2);
  EXPECT_EQ(known.rows().from(2).at(0)[0], 3);
  EXPECT_EQ(known.part(1, 2).entries, (std::vector<double>{2, 1, 3, 0}));
  EXPECT_EQ(effect_of(std::vector<double>{10, -1}, known.rows().at(1)), 19);
  EXPECT_TRUE(StepCovariates{}.rows().from(7).at(2).empty());
}

TEST(StepCovariates, NameWhatIsWrong) {
  EXPECT_EQ(broken_covariate({}, 5), "none");
  EXPECT_EQ(broken_covariate(prices_and_holidays({1, 0, 2, 1}), 2), "none");
  EXPECT_EQ(broken_covariate(prices_and_holidays({1, 0, 2, 1}), 3), "the number of entries 4");
  EXPECT_EQ(broken_covariate(prices_and_holidays({1, 0, 2, kUnknown}), 2),
            "holiday at step 2 missing");
  EXPECT_EQ(broken_covariate(prices_and_holidays({1e71, 0}), 1).substr(0, 15), "price at step 1");
  EXPECT_EQ(broken_covariate({.names = {"a", "a"}, .entries = {1, 2}}, 1), "a name 'a'");
  EXPECT_EQ(broken_covariate({.names = {""}, .entries = {1}}, 1), "a name ''");
}

TEST(StepCovariates, AreFilledUpToTheirLastKnownStepAlone) {
  const StepCovariates known = prices_and_holidays(
      {kUnknown, 0, 2, kUnknown, kUnknown, kUnknown, 6, 1, kUnknown, 1, kUnknown, kUnknown});
  const StepCovariates whole = filled(known, 5);
  EXPECT_EQ(whole.part(0, 5).entries,
            (std::vector<double>{2, 0, 2, 1.0 / 3, 4, 2.0 / 3, 6, 1, 6, 1}));
  EXPECT_EQ(broken_covariate(whole, 6), "price at step 6 missing");
  EXPECT_THROW((void)filled(prices_and_holidays({kUnknown, 0, 1, 1}), 1), Error);
}

}  // namespace
}  // namespace shelduck::forecast
