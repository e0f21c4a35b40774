#include "shelduck/forecast/lightgbm/lightgbm.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace shelduck::forecast {
namespace {

constexpr std::array<std::size_t, 2> kMeansOf{3, 6};
constexpr std::size_t kSeasonsBack = 2;
constexpr double kNotThere = std::numeric_limits<double>::quiet_NaN();
const TreeOptions kTreesOfSeries{
    .rounds = 30, .depth = 3, .least_in_leaf = 5, .ridge = 50, .rate = 0.1};

// Adjusted values up to a point, and the number of all there were.
struct TreePast {
  std::span<const double> values;
  std::size_t n;

  [[nodiscard]] double back(std::size_t steps) const { return values[values.size() - 1 - steps]; }
  [[nodiscard]] bool reaches(std::size_t steps) const { return steps < values.size(); }
  [[nodiscard]] double mean(std::size_t from, std::size_t count) const {
    double sum = 0;
    for (std::size_t i = from; i < from + count; ++i) sum += back(i);
    return sum / static_cast<double>(count);
  }
};

void add_season(std::vector<double>& row, const TreePast& past, std::size_t period, double unit) {
  const double last = past.back(0);
  for (std::size_t k = 1; k <= kSeasonsBack; ++k) {
    const std::size_t steps = k * period - 1;
    row.push_back(past.reaches(steps) ? (past.back(steps) - last) / unit : kNotThere);
  }
  const bool has_one = past.reaches(period - 1);
  const bool has_two = past.reaches(2 * period - 1);
  const double newest = has_one ? past.mean(0, period) : kNotThere;
  row.push_back((newest - last) / unit);
  row.push_back(has_two ? (past.mean(period, period) - newest) / unit : kNotThere);
  row.push_back(static_cast<double>(past.n % period));
}

std::vector<double> features_of(const TreePast& past, std::size_t period, double unit) {
  std::vector<double> row;
  const double last = past.back(0);
  for (std::size_t lag = 1; lag <= kLightgbmLags; ++lag) {
    row.push_back(past.reaches(lag) ? (past.back(lag) - last) / unit : kNotThere);
  }
  for (const std::size_t count : kMeansOf) {
    row.push_back(past.reaches(count - 1) ? (past.mean(0, count) - last) / unit : kNotThere);
  }
  if (period > 1) add_season(row, past, period, unit);
  return row;
}

// The most values that any feature looks at.
std::size_t features_reach(std::size_t period) {
  return std::max(kSeasonsBack * period, kMeansOf.back());
}

double largest_step(std::span<const double> values) {
  double largest = 0;
  for (std::size_t t = 1; t < values.size(); ++t) {
    largest = std::max(largest, std::abs(values[t] - values[t - 1]));
  }
  return largest;
}

std::vector<double> season_removed(std::span<const double> values, const Seasonality& season) {
  std::vector<double> adjusted;
  for (std::size_t t = 0; t < values.size(); ++t) adjusted.push_back(season.remove(values[t], t));
  return adjusted;
}

BoostedTrees trees_of(std::span<const double> values, std::size_t period, double unit) {
  TreeRows rows;
  for (std::size_t t = 1; t < values.size(); ++t) {
    const auto row = features_of({.values = values.first(t), .n = t}, period, unit);
    rows.columns = row.size();
    rows.add(row, (values[t] - values[t - 1]) / unit);
  }
  return boosted(rows, kTreesOfSeries);
}

std::size_t counted_parameters(std::size_t n, const Seasonality& season) {
  const double leaves = std::ldexp(1.0, static_cast<int>(kTreesOfSeries.depth));
  const double in_leaf = static_cast<double>(n) / leaves;
  const double taken = kTreesOfSeries.rate * in_leaf / (in_leaf + kTreesOfSeries.ridge);
  const double left = std::pow(1 - taken, static_cast<double>(kTreesOfSeries.rounds));
  const auto of_trees = static_cast<std::size_t>(std::ceil(1 + leaves * (1 - left)));
  return of_trees + (season.indices.empty() ? 0 : season.indices.size() - 1);
}

}  // namespace

bool LightgbmModel::is_whole() const {
  if (period == 0) return false;
  const std::vector<double> any{0};
  return trees.text().empty() ||
         trees.columns() == features_of({.values = any, .n = 1}, period, 1).size();
}

double LightgbmModel::next() const {
  if (newest.empty()) return 0;
  const double change = trees.of(features_of({.values = newest, .n = n}, period, unit));
  return season.restore(newest.back() + unit * change, n);
}

void LightgbmModel::absorb(double value) {
  if (n > 0) errors.add(value - next());
  newest.push_back(season.remove(value, n));
  ++n;
  const std::size_t reach = features_reach(period);
  if (newest.size() > 2 * reach) {
    newest.erase(newest.begin(), newest.end() - static_cast<std::ptrdiff_t>(reach));
  }
}

LightgbmModel fit_lightgbm(std::span<const double> values, std::size_t period) {
  check_length("lightgbm", values.size(), kLightgbmNeeds);
  const std::span newest = values.last(std::min(values.size(), kIterativeValuesMax));
  LightgbmModel model{.season = tested_season(newest, period)};
  model.period = period > 1 && newest.size() >= 2 * period ? period : 1;
  model.skipped = values.size() - newest.size();
  const std::vector<double> adjusted = season_removed(newest, model.season);
  const double step = largest_step(adjusted);
  if (step > 0) {
    model.unit = std::scalbn(1.0, std::ilogb(step));
    model.trees = trees_of(adjusted, model.period, model.unit);
  }
  model.parameters = counted_parameters(newest.size(), model.season);
  return absorbed(std::move(model), newest);
}

LightgbmModel started(const LightgbmModel& model) {
  LightgbmModel start = model;
  start.newest.clear();
  start.n = 0;
  start.errors = {};
  return start;
}

std::size_t fitted(const LightgbmModel& model) { return model.parameters; }

Path forecast(const LightgbmModel& model, std::size_t horizon) {
  check_horizon(horizon);
  LightgbmModel ahead = model;
  Path path;
  for (std::size_t h = 0; h < horizon; ++h) {
    path.points.push_back(ahead.next());
    ahead.newest.push_back(ahead.season.remove(path.points.back(), ahead.n));
    ++ahead.n;
  }
  return path;
}

OneStep one_step(const LightgbmModel& model, std::span<const double> values) {
  return errors_since_start(model, values, 1);
}

}  // namespace shelduck::forecast
