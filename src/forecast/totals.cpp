#include "shelduck/forecast/totals.hpp"

#include <algorithm>
#include <cmath>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/baselines/median.hpp"
#include "shelduck/forecast/conformal.hpp"
#include "shelduck/forecast/draws.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

// A past run is like the one to come if the members that it has carry this share of its total.
constexpr double kLikeShare = 0.8;
// Past runs below which no median of their errors moves the point.
constexpr std::size_t kRunsToCentre = 9;

double combine(TotalTarget target, const Plan& plan, std::span<const double> amounts,
               std::span<const double> durations) {
  switch (target) {
    case TotalTarget::sum:
      break;
    case TotalTarget::elapsed:
      return run_plan(plan, amounts).elapsed;
    case TotalTarget::peak:
      return run_plan(plan, durations, amounts).peak;
  }
  double sum = 0;
  for (const double amount : amounts) {
    sum += amount;
  }
  return sum;
}

struct Points {
  std::vector<double> amounts;
  std::vector<double> durations;  // of a peak, else empty
};

Points points_of(std::span<const Member> members, TotalTarget target) {
  Points points;
  for (const Member& member : members) {
    points.amounts.push_back(point_of(member.amount));
    if (target == TotalTarget::peak) {
      points.durations.push_back(member.duration ? point_of(*member.duration) : 1.0);
    }
  }
  return points;
}

// ---- conformal on totals of like runs

void zero_where_absent(std::vector<double>& values, std::span<const double> deciding) {
  for (std::size_t m = 0; m < values.size(); ++m) {
    if (!std::isfinite(deciding[m])) {
      values[m] = 0;
    }
  }
}

// Durations of a past run for its peak; where none are given all members take equally long.
std::vector<double> durations_of(const std::vector<double>& given, std::size_t members) {
  return given.size() == members ? given : std::vector<double>(members, 1.0);
}

// log(total of the truths / total of the forecasts), or nothing for a run that is not like this
// one.
std::optional<double> past_score(const PastRun& run, std::span<const double> now, const Plan& plan,
                                 TotalTarget target) {
  const std::size_t members = now.size();
  std::vector<double> both(members);
  double present = 0;
  double all = 0;
  for (std::size_t m = 0; m < members; ++m) {
    both[m] = run.actual[m] + run.predicted[m];
    all += now[m];
    present += std::isfinite(both[m]) ? now[m] : 0;
  }
  if (present < kLikeShare * all) {
    return std::nullopt;
  }
  std::vector<double> actual = run.actual;
  std::vector<double> predicted = run.predicted;
  std::vector<double> actual_durations = durations_of(run.actual_durations, members);
  std::vector<double> predicted_durations = durations_of(run.predicted_durations, members);
  for (auto* values : {&actual, &predicted, &actual_durations, &predicted_durations}) {
    zero_where_absent(*values, both);
  }
  const double truth = combine(target, plan, actual, actual_durations);
  const double forecast = combine(target, plan, predicted, predicted_durations);
  const double score = std::log(truth / forecast);
  return std::isfinite(score) ? std::optional{score} : std::nullopt;
}

std::vector<double> past_scores(std::span<const PastRun> past, std::span<const double> now,
                                const Plan& plan, TotalTarget target) {
  std::vector<double> scores;
  for (const PastRun& run : past) {
    if (run.actual.size() != now.size() || run.predicted.size() != now.size()) {
      throw Error{ErrorKind::invalid_input,
                  "a past run of " + std::to_string(run.actual.size()) +
                      " members cannot calibrate a total of " + std::to_string(now.size()),
                  {.field = "past", .rule = "one truth and one forecast per member"}};
    }
    if (const auto score = past_score(run, now, plan, target)) {
      scores.push_back(*score);
    }
  }
  return scores;
}

// Each score less the median of the others, so that a score has no part in its own centre.
std::vector<double> centred(const std::vector<double>& scores) {
  const Backtest others = leave_one_out_median(scores);
  std::vector<double> result;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    result.push_back(scores[i] - others.steps[i].centre);
  }
  return result;
}

TotalForecast conformal_total(double total_of_points, std::vector<double> scores,
                              const IntervalOptions& options) {
  const std::size_t n = scores.size();
  Predictive predictive{.model = std::string{to_string(TotalMethod::conformal)},
                        .n = n,
                        .response = {.kind = ResponseKind::log},
                        .next = {.centre = std::log(total_of_points)}};
  if (n >= kRunsToCentre) {
    predictive.next.centre += median_of(scores);
    scores = centred(scores);
  }
  predictive.scores = std::move(scores);
  return {.forecast = interval(predictive, options), .method = TotalMethod::conformal};
}

// ---- simulation from the members' distributions

// A random order of the strata 0 .. draws - 1, so that each member's draws fill its distribution
// evenly (McKay, Beckman, Conover 1979), joined by ranks of correlated normals (Iman, Conover
// 1982).
std::vector<double> stratified(std::span<const double> common, double correlation, Draws& draws) {
  const std::size_t n = common.size();
  std::vector<double> noise(n);
  for (std::size_t d = 0; d < n; ++d) {
    noise[d] = std::sqrt(correlation) * common[d] + std::sqrt(1 - correlation) * draws.normal();
  }
  std::vector<std::size_t> order(n);
  for (std::size_t d = 0; d < n; ++d) {
    order[d] = d;
  }
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return noise[a] < noise[b]; });
  std::vector<double> probability(n);
  for (std::size_t rank = 0; rank < n; ++rank) {
    probability[order[rank]] = (static_cast<double>(rank) + 0.5) / static_cast<double>(n);
  }
  return probability;
}

// What a member draws: whole amounts, or what remains of it if it runs.
std::vector<double> amounts_at(const Predictive& predictive, const std::optional<Elapsed>& running,
                               std::span<const double> probabilities) {
  std::vector<double> amounts;
  amounts.reserve(probabilities.size());
  if (running) {
    const RemainingDistribution rest{predictive, *running};
    for (const double p : probabilities) {
      amounts.push_back(rest.quantile(p));
    }
    return amounts;
  }
  const Distribution whole{predictive};
  for (const double p : probabilities) {
    amounts.push_back(std::max(0.0, whole.quantile(p)));
  }
  return amounts;
}

// totals[d] of each draw, ascending.
std::vector<double> simulated_totals(std::span<const Member> members, const Plan& plan,
                                     const TotalOptions& options) {
  Draws draws{options.seed};
  std::vector<double> common(options.draws);
  std::generate(common.begin(), common.end(), [&] { return draws.normal(); });
  std::vector<std::vector<double>> amounts;
  std::vector<std::vector<double>> durations;
  for (const Member& member : members) {
    const std::vector<double> p = stratified(common, options.correlation, draws);
    amounts.push_back(amounts_at(member.amount, member.running, p));
    if (options.target == TotalTarget::peak) {
      const std::vector<double> q = stratified(common, options.correlation, draws);
      durations.push_back(member.duration ? amounts_at(*member.duration, {}, q)
                                          : std::vector<double>(options.draws, 1.0));
    }
  }
  std::vector<double> totals;
  std::vector<double> amount(members.size());
  std::vector<double> duration(durations.size());
  for (std::size_t d = 0; d < options.draws; ++d) {
    std::transform(amounts.begin(), amounts.end(), amount.begin(),
                   [&](const std::vector<double>& of_member) { return of_member[d]; });
    std::transform(durations.begin(), durations.end(), duration.begin(),
                   [&](const std::vector<double>& of_member) { return of_member[d]; });
    totals.push_back(combine(options.target, plan, amount, duration));
  }
  std::sort(totals.begin(), totals.end());
  return totals;
}

double sample_quantile(std::span<const double> sorted, double p) {
  const double position = p * static_cast<double>(sorted.size()) - 0.5;
  const double inside = std::clamp(position, 0.0, static_cast<double>(sorted.size() - 1));
  const auto below = static_cast<std::size_t>(inside);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = inside - static_cast<double>(below);
  return sorted[below] + share * (sorted[above] - sorted[below]);
}

// The member whose history allows the least: it decides whether bounds are honest.
Forecast poorest(std::span<const Member> members, const IntervalOptions& options) {
  Forecast least = interval(members.front().amount, options);
  for (const Member& member : members.subspan(1)) {
    const Forecast other = interval(member.amount, options);
    const std::size_t n = std::min(least.n, other.n);
    if (other.interval_need.value_or(0) > least.interval_need.value_or(0)) {
      least = other;
    }
    least.n = n;
  }
  return least;
}

TotalForecast simulated_total(std::span<const Member> members, const Plan& plan,
                              const TotalOptions& options) {
  const std::vector<double> totals = simulated_totals(members, plan, options);
  TotalForecast result{.forecast = poorest(members, options.interval),
                       .method = TotalMethod::simulated};
  Forecast& forecast = result.forecast;
  forecast.model = to_string(TotalMethod::simulated);
  forecast.point = sample_quantile(totals, 0.5);
  if (forecast.lower) {
    const double tail = (1 - options.interval.working_level.value_or(options.interval.level)) / 2;
    forecast.lower = sample_quantile(totals, tail);
    forecast.upper = sample_quantile(totals, 1 - tail);
  }
  return result;
}

void check(const TotalOptions& options, std::size_t members) {
  check_level(options.interval.level);
  const auto refuse = [](const std::string& field, double value, const std::string& rule) {
    throw Error{ErrorKind::invalid_input,
                "the total cannot be forecast: " + field + " must be " + rule,
                {.field = field, .value = std::to_string(value), .rule = rule}};
  };
  if (members == 0) {
    refuse("members", 0, "at least one");
  }
  if (options.draws < 100) {
    refuse("draws", static_cast<double>(options.draws), "at least 100");
  }
  if (!(options.correlation >= 0 && options.correlation <= 1)) {
    refuse("correlation", options.correlation, "between 0 and 1");
  }
}

}  // namespace

std::string_view to_string(TotalMethod method) noexcept {
  return method == TotalMethod::conformal ? "conformal_total" : "simulated_total";
}

TotalForecast total(std::span<const Member> members, const Plan& plan, const TotalOptions& options,
                    std::span<const PastRun> past) {
  check(options, members.size());
  check(plan, members.size());
  const bool running = std::any_of(members.begin(), members.end(),
                                   [](const Member& member) { return member.running.has_value(); });
  if (!running && !past.empty()) {
    const Points now = points_of(members, options.target);
    const double total_of_points = combine(options.target, plan, now.amounts, now.durations);
    std::vector<double> scores = past_scores(past, now.amounts, plan, options.target);
    if (total_of_points > 0 && conformal_rank(scores.size(), options.interval.level)) {
      return conformal_total(total_of_points, std::move(scores), options.interval);
    }
  }
  return simulated_total(members, plan, options);
}

}  // namespace shelduck::forecast
