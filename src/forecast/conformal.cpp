#include "shelduck/forecast/conformal.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

// (n + 1) * level is a product of rounded numbers: 20 * 0.95 must count as 19, not as 19 and a bit.
constexpr double kRankTolerance = 1e-9;

std::size_t rank_of(std::size_t n, double level) {
  const double position = static_cast<double>(n + 1) * level;
  const double rank = std::ceil(position - kRankTolerance * position);
  return std::max<std::size_t>(1, static_cast<std::size_t>(rank));
}

}  // namespace

void check_level(double level) {
  if (!(level > 0 && level < 1)) {
    throw Error{ErrorKind::invalid_input,
                "the level of an interval is a fraction between 0 and 1, both excluded, but is " +
                    std::to_string(level),
                {.field = "level", .value = std::to_string(level), .rule = "0 < level < 1"}};
  }
}

std::optional<std::size_t> conformal_rank(std::size_t n, double level) {
  check_level(level);
  const std::size_t rank = rank_of(n, level);
  return rank <= n ? std::optional{rank} : std::nullopt;
}

std::size_t scores_needed(double level) {
  check_level(level);
  // ceil((n + 1) level) <= n  <=>  n >= level / (1 - level), up to rounding.
  auto n = static_cast<std::size_t>(std::max(1.0, std::floor(level / (1 - level)) - 1));
  while (rank_of(n, level) > n) {
    ++n;
  }
  return n;
}

std::optional<double> conformal_radius(std::span<const double> scores, double level) {
  const auto rank = conformal_rank(scores.size(), level);
  if (!rank) {
    return std::nullopt;
  }
  std::vector<double> sizes(scores.size());
  std::transform(scores.begin(), scores.end(), sizes.begin(),
                 [](double score) { return std::abs(score); });
  const auto chosen = sizes.begin() + static_cast<std::ptrdiff_t>(*rank - 1);
  std::nth_element(sizes.begin(), chosen, sizes.end());
  return *chosen;
}

std::vector<double> backtest_scores(const Backtest& backtest, std::span<const double> values,
                                    const Response& response) {
  std::vector<double> scores;
  scores.reserve(backtest.steps.size());
  for (std::size_t i = 0; i < backtest.steps.size(); ++i) {
    const Centred& step = backtest.steps[i];
    scores.push_back((response.to_scale(values[backtest.first + i]) - step.centre) / step.spread);
  }
  return scores;
}

double adapt(double level, double working_level, Outcome outcome, const AdaptiveOptions& options) {
  check_level(level);
  check_level(working_level);
  const double miss = 1 - level;
  const double error = outcome == Outcome::missed ? 1.0 : 0.0;
  const double next = (1 - working_level) + options.gamma * (miss - error);
  return 1 -
         std::clamp(next, miss / options.box, std::max(miss, std::min(0.5, miss * options.box)));
}

double adaptive_level(double level, const std::vector<bool>& covered,
                      const AdaptiveOptions& options) {
  check_level(level);
  double working = level;
  for (const bool inside : covered) {
    working = adapt(level, working, inside ? Outcome::covered : Outcome::missed, options);
  }
  return working;
}

}  // namespace shelduck::forecast
