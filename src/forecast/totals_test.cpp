#include "shelduck/forecast/totals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/draws.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kSigma = 0.35;

// One run of `members` lognormal members around 60 s, whose errors correlate by `rho`.
std::vector<double> run_of(std::size_t members, double rho, Draws& draws) {
  const double common = draws.normal();
  std::vector<double> seconds;
  for (std::size_t m = 0; m < members; ++m) {
    const double error = std::sqrt(rho) * common + std::sqrt(1 - rho) * draws.normal();
    seconds.push_back(60 * std::exp(kSigma * error));
  }
  return seconds;
}

Member member_with(std::size_t n, Draws& draws) {
  Predictive amount{.model = "median",
                    .n = n,
                    .response = {.kind = ResponseKind::log},
                    .next = {.centre = std::log(60.0)}};
  for (std::size_t i = 0; i < n; ++i) {
    amount.scores.push_back(kSigma * draws.normal());
  }
  return {.amount = std::move(amount)};
}

struct Outcome {
  double coverage;
  double width;
};

// Replications of: n past runs of eight members, the interval for the next, and its truth.
Outcome replicate(std::size_t n, double rho, const TotalOptions& options, bool joint) {
  constexpr int kReplications = 400;
  Draws draws{n + static_cast<std::uint64_t>(100 * rho)};
  int covered = 0;
  double width = 0;
  for (int r = 0; r < kReplications; ++r) {
    std::vector<Member> members(8, member_with(0, draws));
    std::vector<PastRun> past;
    for (std::size_t i = 0; i < n; ++i) {
      const std::vector<double> seconds = run_of(8, rho, draws);
      for (std::size_t m = 0; m < 8; ++m) {
        members[m].amount.scores.push_back(std::log(seconds[m] / 60));
        members[m].amount.n = n;
      }
      past.push_back({.actual = seconds, .predicted = std::vector<double>(8, 60.0)});
    }
    const std::vector<double> truth = run_of(8, rho, draws);
    double sum = 0;
    for (const double seconds : truth) {
      sum += seconds;
    }
    const TotalForecast t = total(members, {}, options, joint ? past : std::vector<PastRun>{});
    EXPECT_EQ(t.method, joint ? TotalMethod::conformal : TotalMethod::simulated);
    covered += *t.forecast.lower <= sum && sum <= *t.forecast.upper ? 1 : 0;
    width += *t.forecast.upper - *t.forecast.lower;
  }
  return {static_cast<double>(covered) / kReplications, width / kReplications};
}

// Three standard errors of 400 replications below and above nominal, one rank of n above.
TEST(Total, CoversFromPastRunsWhateverTheCorrelation) {
  const double error = 3 * std::sqrt(0.09 / 400);
  for (const double rho : {0.0, 0.6}) {
    const Outcome outcome = replicate(30, rho, {.target = TotalTarget::sum}, true);
    EXPECT_GE(outcome.coverage, 0.9 - error) << rho;
    EXPECT_LE(outcome.coverage, 0.9 + 1.0 / 31 + error) << rho;
  }
}

TEST(Total, CoversBySimulationAtTheAssumedCorrelation) {
  const Outcome outcome = replicate(60, 0.3, {.target = TotalTarget::sum, .draws = 400}, false);
  EXPECT_GE(outcome.coverage, 0.86);
  EXPECT_LE(outcome.coverage, 0.96);
}

TEST(Total, IsFarNarrowerThanAddedBounds) {
  Draws draws{4};
  std::vector<Member> members;
  double added = 0;
  for (int m = 0; m < 8; ++m) {
    members.push_back(member_with(60, draws));
    const Forecast alone = interval(members.back().amount);
    added += *alone.upper - *alone.lower;
  }
  const Forecast f = total(members, {}, {.correlation = 0}).forecast;
  EXPECT_LT(*f.upper - *f.lower, 0.6 * added);
  EXPECT_GT(f.point, 8 * 60 * 0.95);  // above the sum of medians: lognormal sums lean upwards
  EXPECT_LT(*f.lower, f.point);
  EXPECT_LT(f.point, *f.upper);
}

TEST(Total, FollowsThePlan) {
  Draws draws{5};
  const std::vector<Member> members(4, member_with(30, draws));
  const double sequential = total(members, {}).forecast.point;
  const double parallel = total(members, {.waves = {{{0, 1, 2, 3}}}}).forecast.point;
  const double two_waves = total(members, {.waves = {{{0, 1}}, {{2, 3}}}}).forecast.point;
  EXPECT_LT(parallel, two_waves);
  EXPECT_LT(two_waves, sequential);
  EXPECT_GT(parallel, 60);
}

TEST(Total, AddsMemoryOfWhatRunsTogether) {
  Draws draws{6};
  std::vector<Member> members(3, member_with(30, draws));
  const TotalOptions peak{.target = TotalTarget::peak};
  const double one = total(members, {}, peak).forecast.point;
  const double all = total(members, {.waves = {{{0, 1, 2}}}}, peak).forecast.point;
  EXPECT_LT(one, 110);  // the largest of three
  EXPECT_GT(all, 160);  // the sum of three
}

TEST(Total, IsTheSameEachTime) {
  Draws draws{7};
  const std::vector<Member> members(5, member_with(40, draws));
  const Forecast first = total(members, {}).forecast;
  const Forecast second = total(members, {}).forecast;
  EXPECT_EQ(first.point, second.point);
  EXPECT_EQ(first.lower, second.lower);
  EXPECT_EQ(first.upper, second.upper);
}

TEST(Total, HasNoBoundsIfOneMemberHasTooFewScores) {
  Draws draws{8};
  const std::vector<Member> members{member_with(40, draws), member_with(6, draws)};
  const Forecast f = total(members, {}).forecast;
  EXPECT_GT(f.point, 0);
  EXPECT_FALSE(f.lower || f.upper);
  EXPECT_EQ(f.interval_need, 9U);
  EXPECT_EQ(f.n, 6U);
}

TEST(Total, UsesPastRunsThatCarryMostOfIt) {
  Draws draws{9};
  std::vector<Member> members(2, member_with(40, draws));
  members[1].amount.next.centre = std::log(5.0);  // a small one
  std::vector<PastRun> past(20, {.actual = {66, kUnknown}, .predicted = {60, kUnknown}});
  const TotalForecast without_small = total(members, {}, {}, past);
  EXPECT_EQ(without_small.method, TotalMethod::conformal);
  EXPECT_NEAR(without_small.forecast.point, 65 * 1.1, 1e-9);
  EXPECT_EQ(without_small.forecast.n, 20U);
  past.assign(20, {.actual = {kUnknown, 5}, .predicted = {kUnknown, 5}});
  EXPECT_EQ(total(members, {}, {}, past).method, TotalMethod::simulated);
}

TEST(Total, IsWhatRemainsOfRunningMembers) {
  Draws draws{10};
  std::vector<Member> members(2, member_with(40, draws));
  const double whole = total(members, {}).forecast.point;
  members[0].running = Elapsed{.elapsed = 50};
  const double later = total(members, {}).forecast.point;
  members[0].running = Elapsed{.elapsed = 50, .progress = 1};
  const double last = total(members, {}).forecast.point;
  EXPECT_LT(later, whole - 20);
  EXPECT_NEAR(last, 60, 5);
}

TEST(Total, RefusesWhatCannotBe) {
  Draws draws{11};
  const std::vector<Member> members(2, member_with(20, draws));
  EXPECT_THROW((void)total({}, {}), Error);
  EXPECT_THROW((void)total(members, {.waves = {{{0}}}}), Error);
  EXPECT_THROW((void)total(members, {}, {.draws = 3}), Error);
  EXPECT_THROW((void)total(members, {}, {.correlation = 1.5}), Error);
  const std::vector<PastRun> past{{.actual = {1}, .predicted = {1}}};
  EXPECT_THROW((void)total(members, {}, {}, past), Error);
}

}  // namespace
}  // namespace shelduck::forecast
