// Trains and predicts a year of daily runs of 30 plugins x 4 targets, intervals and totals
// included, on one core. Goal: under 100 ms.
//
//   train_predict [REPEATS]
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "figure.hpp"
#include "runs_of_a_year.hpp"
#include "shelduck/forecast/select.hpp"
#include "shelduck/forecast/totals.hpp"

namespace {

using namespace shelduck::forecast;  // NOLINT(google-build-using-namespace): a program of one file

constexpr double kGoalMilliseconds = 100;

double milliseconds_of_one_pass(const std::vector<Series>& all) {
  constexpr double next_day = shelduck::bench::kFirstRun + shelduck::bench::kDays * 86400.0;
  const shelduck::bench::Clock clock;
  std::vector<std::vector<Member>> members(shelduck::bench::kTargets);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto model = std::get<TrainedModel>(train(all[i]));
    const Predictive next = predict(model, {.time = next_day, .covariates = {{"packages", 9}}});
    if (interval(next).lower) {
      members[i % shelduck::bench::kTargets].push_back({.amount = next});
    }
  }
  double sum = 0;
  for (const auto& of_target : members) {
    sum += total(of_target, {}).forecast.point;
  }
  return sum > 0 ? clock.milliseconds() : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::max(1, std::atoi(argv[1])) : 9;
  const std::vector<Series> all = shelduck::bench::years();
  std::vector<double> passes;
  for (int r = 0; r < repeats; ++r) {
    passes.push_back(milliseconds_of_one_pass(all));
    std::fprintf(stderr, "pass %d: %.1f ms\n", r + 1, passes.back());
  }
  const double found = median_of(passes);
  std::array<char, 100> seen{};
  std::snprintf(seen.data(), seen.size(), "%.0f ms of processor time", found);
  shelduck::bench::print({.what = "30 plugins x 4 targets trained and predicted from a year",
                          .goal = "100 ms",
                          .seen = seen.data(),
                          .is_reached = found < kGoalMilliseconds});
  return 0;
}
