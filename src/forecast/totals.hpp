// Totals over the members of a run: elapsed time and peak memory under a plan, sums of CPU and
// bytes. The interval is made for the total itself and never from bounds of the parts: adding
// bounds covers 96 to 99.9 % at twice the width, treating parts as independent 56 to 69 % once they
// are correlated at 0.3.
//
//   const TotalForecast t = total(members, plan, {.target = TotalTarget::elapsed}, past_runs);
//
// Two methods, `method` says which:
//   conformal  with enough past runs of the same members: score = log(total of the truths / total
//   of
//              the one-step forecasts of that day), both under the plan; the point is moved by the
//              median score, the interval is the rank rule on |score - median of the other scores|.
//              Needs no assumption about how members depend on each other. A past run counts if the
//              members that it has carry at least 80 % of the predicted total; both totals then are
//              over these members.
//   simulated  else: `draws` draws from the members' Distributions, stratified per member, joined
//   by
//              a Gaussian copula with one common factor of the given correlation, each draw put
//              through the plan; median and central interval of the draws. Deterministic by seed.
// A bound is given only where every member on its own has enough scores for it; else bounds are
// absent and interval_need says how many observations the poorest member needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "shelduck/forecast/plan.hpp"
#include "shelduck/forecast/predictive.hpp"
#include "shelduck/forecast/remaining.hpp"

namespace shelduck::forecast {

enum class TotalTarget {
  sum,      // CPU seconds, bytes: the plan does not matter
  elapsed,  // wall clock from the first start to the last end
  peak,     // memory: the largest sum of what runs at the same time
};

// One member of the run that is to be forecast.
struct Member {
  Predictive amount{};                   // what is totalled: seconds, bytes
  std::optional<Predictive> duration{};  // only for peak: how long it holds its amount
  std::optional<Elapsed> running{};  // only for elapsed: it runs since; the total is what remains
};

// One past run: truth and the one-step forecast of then, per member; NaN where it did not run.
struct PastRun {
  std::vector<double> actual;
  std::vector<double> predicted;
  std::vector<double> actual_durations{};     // only for peak
  std::vector<double> predicted_durations{};  // only for peak
};

struct TotalOptions {
  TotalTarget target = TotalTarget::elapsed;
  IntervalOptions interval{};
  std::size_t draws = 500;
  std::uint64_t seed = 1;
  double correlation = 0.3;  // of the members' errors within one run, where nothing is known of it
};

enum class TotalMethod { conformal, simulated };
[[nodiscard]] std::string_view to_string(TotalMethod method) noexcept;

struct TotalForecast {
  Forecast forecast{};  // model = name of the method; n = past runs, or the least of the members' n
  TotalMethod method = TotalMethod::simulated;
};

// Past runs are not used where a member is already running.
[[nodiscard]] TotalForecast total(std::span<const Member> members, const Plan& plan,
                                  const TotalOptions& options = {},
                                  std::span<const PastRun> past = {});

}  // namespace shelduck::forecast
