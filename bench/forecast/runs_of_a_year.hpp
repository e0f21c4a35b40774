// A year of daily runs of 30 plugins x 4 targets, the same for every program that measures it.
#pragma once

#include <cmath>
#include <vector>

#include "shelduck/forecast/series.hpp"

namespace shelduck::bench {

inline constexpr int kPlugins = 30;
inline constexpr int kTargets = 4;
inline constexpr int kDays = 365;
inline constexpr double kFirstRun = 1.75e9;  // seconds since 1970

// A deterministic stand-in for noise: fractions of multiples of the golden ratio, in [-1, 1).
inline double wobble(int i) { return 2 * std::fmod(i * 0.6180339887498949, 1.0) - 1; }

inline forecast::Series year_of(int plugin, int target, int days = kDays) {
  forecast::Series series{.values = {}, .covariates = {{"packages", {}}, {"download_bytes", {}}}};
  for (int day = 0; day < days; ++day) {
    const int seed = (plugin * kTargets + target) * kDays + day;
    const double packages = std::floor(10 * (1 + wobble(seed * 7)));
    series.values.push_back((20 + 3 * packages) * std::exp(0.4 * wobble(seed)));
    series.times.push_back(kFirstRun + day * 86400.0 + 3600 * wobble(seed * 3));
    series.covariates[0].values.push_back(packages);
    series.covariates[1].values.push_back(1e6 * packages);
  }
  return series;
}

inline std::vector<forecast::Series> years(int days = kDays) {
  std::vector<forecast::Series> all;
  for (int plugin = 0; plugin < kPlugins; ++plugin) {
    for (int target = 0; target < kTargets; ++target) all.push_back(year_of(plugin, target, days));
  }
  return all;
}

}  // namespace shelduck::bench
