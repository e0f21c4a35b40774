#include "shelduck/forecast/seasonal/season_search.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "shelduck/forecast/arima/difference_tests.hpp"
#include "shelduck/forecast/moments.hpp"
#include "shelduck/forecast/nlinear/nlinear.hpp"
#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/seasonal/lagged_products.hpp"
#include "shelduck/forecast/seasonal/stl.hpp"
#include "shelduck/forecast/seasonal/window_sums.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kSearchWindow = 11;  // cycles over which a season changes
// What a season that repeats exactly leaves is rounding, as periodic as the season.
constexpr double kRoundingParts = 100;  // of is_still
// A hill this close to the highest one is taken for its base period: multiples have hills, too.
constexpr double kBaseHill = 0.7;

// At lags 0 to `lags`; empty for values that do not move.
std::vector<double> autocorrelation(std::span<const double> values, std::size_t lags) {
  Moments moments;
  for (const double value : values) moments.add(value);
  std::vector<double> centred;
  centred.reserve(values.size());
  for (const double value : values) centred.push_back(value - moments.mean);
  std::vector<double> result = lagged_products(centred, lags);
  const double square = result.empty() ? 0 : result.front();
  if (!(square > 0)) return {};
  for (double& product : result) product /= square;
  return result;
}

// Without the first and last half period, where there is no average.
std::vector<double> beside_average(std::span<const double> values, std::size_t period) {
  const std::size_t half = period / 2;
  std::vector<double> weights(2 * half + 1, 1);
  if (period % 2 == 0) weights.front() = weights.back() = 0.5;
  std::vector<double> result = window_sums(values, weights);
  for (std::size_t t = 0; t < result.size(); ++t) {
    result[t] = values[t + half] - result[t] / static_cast<double>(period);
  }
  return result;
}

std::span<const double> searched(std::span<const double> values,
                                 std::span<const std::size_t> likely) {
  std::size_t most = kSearchedValuesMax;
  for (const std::size_t period : likely) {
    const std::size_t bounded = std::min(period, kIterativeValuesMax);
    most = std::max(most, std::min((kSeasonCyclesMin + 1) * bounded, kIterativeValuesMax));
  }
  return values.last(std::min(values.size(), most));
}

bool passes(std::span<const double> values, std::size_t period, double errors) {
  if (period < kSearchedSeasonMin || values.size() < kSeasonCyclesMin * period) return false;
  const std::vector<double> beside = beside_average(values, period);
  if (is_still(beside, kRoundingParts * largest_magnitude(values))) return false;
  const std::vector<double> of_lags = autocorrelation(beside, period);
  if (of_lags.size() <= period) return false;
  double squares = 0;
  for (std::size_t lag = 1; lag < period && of_lags[lag] > 0; ++lag) {
    squares += of_lags[lag] * of_lags[lag];
  }
  const auto pairs = static_cast<double>(beside.size() - period);
  const double of_pairs = of_lags[period] * static_cast<double>(beside.size()) / pairs;
  return of_pairs > errors * std::sqrt((1 + 2 * squares) / pairs);
}

// Lags whose autocorrelation is higher than beside it, and was negative before: a smooth wave is
// like itself a step later, too.
std::vector<std::size_t> hills_of(const std::vector<double>& of_lags, std::size_t than) {
  std::vector<std::size_t> hills;
  bool was_negative = false;
  for (std::size_t lag = 2; lag + 1 < of_lags.size(); ++lag) {
    was_negative = was_negative || of_lags[lag] < 0;
    const bool is_hill = of_lags[lag] > of_lags[lag - 1] && of_lags[lag] >= of_lags[lag + 1];
    const bool is_searched = lag > than && lag >= kSearchedSeasonMin;
    if (is_searched && was_negative && is_hill && of_lags[lag] > 0) hills.push_back(lag);
  }
  return hills;
}

// The lag around a period at which the values themselves are most alike: noise moves the hills of
// their differences.
std::size_t refined(std::span<const double> values, std::size_t period) {
  const std::vector<double> beside = beside_average(values, period);
  const std::vector<double> of_lags = autocorrelation(beside, period + period / 5);
  std::size_t best = period;
  double most = 0;
  for (std::size_t lag = period - period / 5; lag < of_lags.size(); ++lag) {
    const double of_pairs = of_lags[lag] / static_cast<double>(beside.size() - lag);
    if (of_pairs > most) best = lag;
    most = std::max(most, of_pairs);
  }
  return best;
}

// Cycles lie in one another, as days do in weeks: the whole number of shorter seasons near it.
std::size_t nested(std::size_t period, std::size_t shorter) {
  const std::size_t whole = (period + shorter / 2) / shorter * shorter;
  const std::size_t away = whole > period ? whole - period : period - whole;
  return 10 * away <= period ? whole : period;
}

// The shortest period above `than` whose hill is nearly the highest.
std::optional<std::size_t> found_period(std::span<const double> values, std::size_t than) {
  std::vector<double> steps;
  for (std::size_t t = 1; t < values.size(); ++t) steps.push_back(values[t] - values[t - 1]);
  const std::size_t longest = std::min(kFoundSeasonMax, values.size() / kSeasonCyclesMin);
  const std::vector<double> of_lags = autocorrelation(steps, longest + 1);
  const std::vector<std::size_t> hills = hills_of(of_lags, than);
  if (hills.empty()) return std::nullopt;
  const auto height = [&](std::size_t lag) { return of_lags[lag]; };
  const double highest = height(*std::ranges::max_element(hills, {}, height));
  const std::size_t base = *std::ranges::find_if(
      hills, [&](std::size_t lag) { return height(lag) >= kBaseHill * highest; });
  return refined(values, base);
}

// Of a first season: whether it is one that models may be given where little speaks for it.
bool passes_as_plain(std::span<const double> values, std::size_t period) {
  if (period < kSearchedSeasonMin || period > kPlainSeasonMax) return false;
  if (values.size() >= kToldCycles * period) return passes(values, period, kPlainErrors);
  return std::ranges::any_of(values, [&](double value) { return value != values.front(); });
}

// Above `shorter`, the season before; 1 for the first.
std::optional<std::size_t> next_season(std::span<const double> values,
                                       std::span<const std::size_t> likely, std::size_t shorter) {
  const std::size_t than = shorter > 1 ? kLongerSeason * shorter : shorter;
  std::vector<std::size_t> ascending{likely.begin(), likely.end()};
  std::ranges::sort(ascending);
  for (const std::size_t period : ascending) {
    if (period <= than) continue;
    if (shorter == 1 && passes_as_plain(values, period)) return period;
    if (passes(values, period, kLikelyErrors)) return period;
  }
  const auto found = found_period(values, than);
  if (!found) return std::nullopt;
  const std::size_t season = shorter > 1 ? nested(*found, shorter) : *found;
  return passes(values, season, kFoundErrors) ? std::optional{season} : std::nullopt;
}

}  // namespace

bool has_season(std::span<const double> values, std::size_t period) {
  return passes(searched(values, std::span{&period, 1}), period, kLikelyErrors);
}

std::vector<std::size_t> seasons_of(std::span<const double> values,
                                    std::span<const std::size_t> likely) {
  const auto newest = searched(values, likely);
  std::vector<double> left{newest.begin(), newest.end()};
  std::vector<std::size_t> seasons;
  while (true) {
    const auto season = next_season(left, likely, seasons.empty() ? 1 : seasons.back());
    if (!season) break;
    seasons.push_back(*season);
    if (seasons.size() == kSeasonsMax || left.size() < kSeasonCyclesMin * *season) break;
    const StlParts parts = stl(left, {.period = *season, .season_window = kSearchWindow});
    for (std::size_t t = 0; t < left.size(); ++t) left[t] -= parts.season[t];
  }
  return seasons;
}

}  // namespace shelduck::forecast
