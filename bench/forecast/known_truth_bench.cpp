// Forecasts of runs whose best forecast is known, because they are drawn: how much larger their
// errors are than those of an oracle that knows the generator, how often the bounds of a total
// hold, and what fits and predictions cost. One core.
//
//   known_truth [SEEDS]       // 1000; a standard error of a ratio is then 0.01
//
// noisy estimate   log y = 0.9 log(est) - 0.5 + level + N(0, .35), log(est) ~ N(5, 1), a run a day;
//                  the level walks by N(0, .03) a run, and the oracle knows it as of the run before
// weekdays         y = 60 + 0.1 day + 10 sin(2 pi day / 7) + N(0, 5), gaps of 1 to 3 days; 60 gives
//                  an oracle the mean error of 5.3 % that is known of this generator
// totals           8 lognormal members around 60 s, sd .35, correlation .3
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <string>
#include <vector>

#include "figure.hpp"
#include "shelduck/forecast/draws.hpp"
#include "shelduck/forecast/select.hpp"
#include "shelduck/forecast/totals.hpp"

namespace {

using namespace shelduck::forecast;  // NOLINT(google-build-using-namespace): a program of one file

constexpr double kDay = 86400;
constexpr std::size_t kRuns = 100;

template <class... Values>
std::string text(const char* format, Values... values) {
  std::array<char, 200> seen{};
  std::snprintf(seen.data(), seen.size(), format, values...);
  return seen.data();
}

struct Problem {
  Series runs;
  NextRun next;
  double truth;
  double oracle;
};

Problem noisy_estimate(Draws& draws) {
  Problem problem{
      .runs = {.values = {}, .covariates = {{"estimate", {}}}}, .truth = 0, .oracle = 0};
  double level = 0;
  for (std::size_t t = 0; t <= kRuns; ++t) {
    const double before = level;
    level += 0.03 * draws.normal();
    const double x = 5 + draws.normal();
    const double y = std::exp(0.9 * x - 0.5 + level + 0.35 * draws.normal());
    const double time = kDay * static_cast<double>(t);
    if (t == kRuns) {
      problem.next = {.time = time, .covariates = {{"estimate", std::exp(x)}}};
      problem.truth = y;
      problem.oracle = std::exp(0.9 * x - 0.5 + before);
      break;
    }
    problem.runs.values.push_back(y);
    problem.runs.times.push_back(time);
    problem.runs.covariates[0].values.push_back(std::exp(x));
  }
  return problem;
}

Problem weekdays(Draws& draws) {
  Problem problem{.runs = {.values = {}}, .truth = 0, .oracle = 0};
  double day = std::floor(7 * draws.uniform());
  for (std::size_t t = 0; t <= kRuns; ++t) {
    day += 1 + std::floor(3 * draws.uniform());
    const double expected = 60 + 0.1 * day + 10 * std::sin(2 * std::numbers::pi * day / 7);
    const double y = expected + 5 * draws.normal();
    if (t == kRuns) {
      problem.next = {.time = kDay * day};
      problem.truth = y;
      problem.oracle = expected;
      break;
    }
    problem.runs.values.push_back(y);
    problem.runs.times.push_back(kDay * day);
  }
  return problem;
}

enum class Scale { logarithm, identity };

double size_of_error(double truth, double point, Scale scale) {
  return scale == Scale::logarithm ? std::abs(std::log(truth / point)) : std::abs(truth - point);
}

// The automatic choice and the regression alone.
constexpr std::array kKinds{ModelKind::automatic, ModelKind::regression};

struct Ratios {
  std::array<double, kKinds.size()> of_oracle{};
  double oracle_percent = 0;  // mean error of the oracle relative to the truth
};

Ratios ratios_to_oracle(Problem (*draw)(Draws&), Scale scale, int seeds) {
  Ratios ratios;
  double oracle = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    Draws draws{static_cast<std::uint64_t>(seed)};
    const Problem problem = draw(draws);
    oracle += size_of_error(problem.truth, problem.oracle, scale);
    ratios.oracle_percent += 100 * std::abs(problem.truth / problem.oracle - 1) / seeds;
    for (std::size_t k = 0; k < kKinds.size(); ++k) {
      const auto model = std::get<TrainedModel>(train(problem.runs, kKinds.at(k)));
      const double point = point_of(predict(model, problem.next));
      ratios.of_oracle.at(k) += size_of_error(problem.truth, point, scale);
    }
  }
  for (double& ratio : ratios.of_oracle) ratio /= oracle;
  return ratios;
}

void print_ratios(const char* what, double goal, const Ratios& ratios) {
  const auto [choice, regression] = ratios.of_oracle;
  shelduck::bench::print({.what = what,
                          .goal = text("%.2f", goal),
                          .seen = text("%.3f (regression %.3f; the oracle errs by %.1f %%)", choice,
                                       regression, ratios.oracle_percent),
                          .is_reached = choice <= goal});
}

constexpr std::size_t kMembers = 8;
constexpr double kSigma = 0.35;
constexpr double kCorrelation = 0.3;
constexpr double kSeconds = 60;

std::vector<double> run_of_members(Draws& draws) {
  const double common = std::sqrt(kCorrelation) * draws.normal();
  std::vector<double> seconds;
  for (std::size_t m = 0; m < kMembers; ++m) {
    const double own = std::sqrt(1 - kCorrelation) * draws.normal();
    seconds.push_back(kSeconds * std::exp(kSigma * (common + own)));
  }
  return seconds;
}

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

double true_width() {
  constexpr std::size_t kDraws = 1'000'000;
  Draws draws{99};
  std::vector<double> totals;
  for (std::size_t i = 0; i < kDraws; ++i) totals.push_back(sum_of(run_of_members(draws)));
  std::ranges::sort(totals);
  return totals[kDraws * 95 / 100] - totals[kDraws * 5 / 100];
}

struct Held {
  double coverage = 0;
  double width = 0;
};

Held totals_after(std::size_t past_runs, int replications) {
  Held held;
  Draws draws{past_runs};
  for (int r = 0; r < replications; ++r) {
    std::vector<Member> members(kMembers, {.amount = {.model = "median",
                                                      .n = past_runs,
                                                      .response = {.kind = ResponseKind::log},
                                                      .next = {.centre = std::log(kSeconds)}}});
    std::vector<PastRun> past;
    for (std::size_t i = 0; i < past_runs; ++i) {
      past.push_back(
          {.actual = run_of_members(draws), .predicted = std::vector<double>(kMembers, kSeconds)});
      for (std::size_t m = 0; m < kMembers; ++m) {
        members[m].amount.scores.push_back(std::log(past.back().actual[m] / kSeconds));
      }
    }
    const Forecast total_of = total(members, {}, {.target = TotalTarget::sum}, past).forecast;
    const double truth = sum_of(run_of_members(draws));
    const bool is_held = *total_of.lower <= truth && truth <= *total_of.upper;
    held.coverage += (is_held ? 1.0 : 0.0) / replications;
    held.width += (*total_of.upper - *total_of.lower) / replications;
  }
  return held;
}

void print_totals(int replications) {
  const double width = true_width();
  for (const std::size_t past_runs : {20U, 50U, 200U}) {
    const Held held = totals_after(past_runs, replications);
    shelduck::bench::print(
        {.what =
             text("90 %% intervals of the total of 8 correlated members, %zu past runs", past_runs),
         .goal = "held 88 %, 1.15 of the true width",
         .seen =
             text("held %.1f %%, %.2f of the true width", 100 * held.coverage, held.width / width),
         .is_reached = held.coverage >= 0.88 && held.width <= 1.15 * width});
  }
}

Series year_of_runs(std::uint64_t seed) {
  Draws draws{seed};
  Series series{.values = {}, .covariates = {{"packages", {}}, {"download_bytes", {}}}};
  for (int day = 0; day < 365; ++day) {
    const double packages = std::floor(20 * draws.uniform());
    series.values.push_back((20 + 3 * packages) * std::exp(0.3 * draws.normal()));
    series.times.push_back(1.75e9 + kDay * day + 3600 * draws.uniform());
    series.covariates[0].values.push_back(packages);
    series.covariates[1].values.push_back(1e6 * packages);
  }
  return series;
}

Series first_runs(const Series& whole, std::size_t count) {
  const auto cut = [&](const std::vector<double>& values) {
    return std::vector<double>(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count));
  };
  Series part{.values = cut(whole.values), .times = cut(whole.times)};
  for (const Covariate& column : whole.covariates) {
    part.covariates.push_back({.name = column.name, .values = cut(column.values)});
  }
  return part;
}

void print_refits() {
  constexpr std::size_t kSeries = 40;
  constexpr std::size_t kRefits = 50;
  std::vector<Series> all;
  for (std::size_t i = 0; i < kSeries; ++i) all.push_back(year_of_runs(i + 1));
  const shelduck::bench::Clock clock;
  double sum = 0;
  for (const Series& series : all) {
    for (std::size_t n = series.values.size() - kRefits; n < series.values.size(); ++n) {
      const auto model =
          std::get<TrainedModel>(train(first_runs(series, n), ModelKind::regression));
      sum += point_of(predict(model, {.time = series.times[n]}));
    }
  }
  const double took = clock.milliseconds();
  shelduck::bench::print({.what = "50 rolling refits of the regression for 40 series of a year",
                          .goal = "1 s",
                          .seen = text("%.2f s of processor time", took / 1000),
                          .is_reached = sum > 0 && took < 1000});
}

void print_prediction() {
  constexpr int kTimes = 10'000;
  const Series series = year_of_runs(1);
  double slowest = 0;
  std::string seen;
  for (const ModelKind kind : {ModelKind::regression, ModelKind::together}) {
    const auto model = std::get<TrainedModel>(train(series, kind));
    const shelduck::bench::Clock clock;
    double sum = 0;
    for (int i = 0; i < kTimes; ++i) {
      const NextRun next{.time = 1.75e9 + kDay * (365 + i % 7), .covariates = {{"packages", 9}}};
      sum += *interval(predict(model, next)).upper;
    }
    const double took = sum > 0 ? clock.milliseconds() / kTimes : 0;
    slowest = std::max(slowest, took);
    seen += (seen.empty() ? "" : ", ") + text("%s %.4f ms", to_string(kind).data(), took);
  }
  shelduck::bench::print({.what = "a prediction with its interval from a trained model",
                          .goal = "1 ms",
                          .seen = seen,
                          .is_reached = slowest < 1});
}

}  // namespace

int main(int argc, char** argv) {
  const int seeds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 1000;
  print_ratios("runs with a noisy estimate, 100 of them: mean absolute log error against an oracle",
               1.15, ratios_to_oracle(noisy_estimate, Scale::logarithm, seeds));
  print_ratios("runs with trend, weekday and gaps, 100 of them: mean error against an oracle", 1.07,
               ratios_to_oracle(weekdays, Scale::identity, seeds));
  print_totals(3 * seeds);
  print_refits();
  print_prediction();
  return 0;
}
