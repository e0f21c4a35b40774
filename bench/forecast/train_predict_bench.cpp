// Trains and predicts a year of daily runs of 30 plugins x 4 targets, intervals and totals
// included, on one core. Goal: under 100 ms.
//
//   train_predict [REPEATS]
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "figure.hpp"
#include "shelduck/forecast/select.hpp"
#include "shelduck/forecast/totals.hpp"

namespace {

using namespace shelduck::forecast;  // NOLINT(google-build-using-namespace): a program of one file

constexpr int kPlugins = 30;
constexpr int kTargets = 4;
constexpr int kDays = 365;
constexpr double kGoalMilliseconds = 100;

// A deterministic stand-in for noise: fractions of multiples of the golden ratio, in [-1, 1).
double wobble(int i) { return 2 * std::fmod(i * 0.6180339887498949, 1.0) - 1; }

Series year_of(int plugin, int target) {
  Series series{.values = {}, .covariates = {{"packages", {}}, {"download_bytes", {}}}};
  for (int day = 0; day < kDays; ++day) {
    const int seed = (plugin * kTargets + target) * kDays + day;
    const double packages = std::floor(10 * (1 + wobble(seed * 7)));
    series.values.push_back((20 + 3 * packages) * std::exp(0.4 * wobble(seed)));
    series.times.push_back(1.75e9 + day * 86400.0 + 3600 * wobble(seed * 3));
    series.covariates[0].values.push_back(packages);
    series.covariates[1].values.push_back(1e6 * packages);
  }
  return series;
}

double milliseconds_of_one_pass(const std::vector<Series>& all) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::vector<Member>> members(kTargets);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto model = std::get<TrainedModel>(train(all[i]));
    const Predictive next =
        predict(model, {.time = 1.75e9 + kDays * 86400.0, .covariates = {{"packages", 9}}});
    if (interval(next).lower) {
      members[i % kTargets].push_back({.amount = next});
    }
  }
  double sum = 0;
  for (const auto& of_target : members) {
    sum += total(of_target, {}).forecast.point;
  }
  const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - start;
  return sum > 0 ? passed.count() : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::max(1, std::atoi(argv[1])) : 9;
  std::vector<Series> all;
  for (int plugin = 0; plugin < kPlugins; ++plugin) {
    for (int target = 0; target < kTargets; ++target) {
      all.push_back(year_of(plugin, target));
    }
  }
  std::vector<double> passes;
  for (int r = 0; r < repeats; ++r) {
    passes.push_back(milliseconds_of_one_pass(all));
    std::fprintf(stderr, "pass %d: %.1f ms\n", r + 1, passes.back());
  }
  const double found = median_of(passes);
  std::array<char, 100> seen{};
  std::snprintf(seen.data(), seen.size(), "%.0f ms", found);
  shelduck::bench::print({.what = "30 plugins x 4 targets trained and predicted from a year",
                          .goal = "100 ms",
                          .seen = seen.data(),
                          .is_reached = found < kGoalMilliseconds});
  return 0;
}
