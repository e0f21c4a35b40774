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
constexpr std::size_t kFeaturesUsual = 24;  // with covariates and calendar, mostly
constexpr double kNotThere = std::numeric_limits<double>::quiet_NaN();
const TreeOptions kTreesOfSeries{
    .rounds = 30, .depth = 3, .least_in_leaf = 5, .ridge = 50, .rate = 0.1};
const TreeOptions kTreesOfCovariates{
    .rounds = 200, .depth = 2, .least_in_leaf = 3, .ridge = 5, .rate = 0.1};

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
  row.reserve(kFeaturesUsual);
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

// What is known of a step and of the one before.
struct StepRows {
  KnownRow row;
  KnownRow before;
};

// Of the step behind so many others.
void add_beside(std::vector<double>& features, const LightgbmModel& model, std::size_t n,
                const StepRows& rows) {
  for (std::size_t c = 0; c < model.scales.size(); ++c) {
    features.push_back((rows.row[c] - model.scales[c].origin) / model.scales[c].unit);
    features.push_back((rows.row[c] - rows.before[c]) / model.scales[c].unit);
  }
  const std::vector<double> when = model.calendar.columns_of(n);
  features.insert(features.end(), when.begin(), when.end());
}

// The value behind a past, adjusted.
double value_behind(const LightgbmModel& model, const TreePast& past, const StepRows& rows) {
  std::vector<double> features = features_of(past, model.period, model.unit);
  add_beside(features, model, past.n, rows);
  return past.back(0) + model.unit * model.trees.of(features);
}

// Of all columns, where `covariates` says how the forecast may move with those.
std::vector<Direction> column_directions(const LightgbmModel& model,
                                         std::span<const Direction> covariates,
                                         std::size_t columns) {
  std::vector<Direction> directions;
  if (covariates.empty()) return directions;
  const std::size_t behind = 2 * covariates.size() + model.calendar.columns();
  directions.resize(columns - behind, Direction::any);
  for (const Direction direction : covariates) directions.insert(directions.end(), 2, direction);
  directions.resize(columns, Direction::any);
  return directions;
}

std::vector<TreeScale> scales_of(KnownRows rows, std::size_t steps) {
  std::vector<TreeScale> scales;
  for (std::size_t c = 0; c < rows.columns; ++c) {
    TreeScale scale{.origin = rows.at(0)[c]};
    double largest = 0;
    for (std::size_t t = 0; t < steps; ++t) {
      largest = std::max(largest, std::abs(rows.at(t)[c] - scale.origin));
    }
    if (largest > kCovariateMoveMin) scale.unit = std::scalbn(1.0, std::ilogb(largest));
    scales.push_back(scale);
  }
  return scales;
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

TreeRows rows_for_trees(std::span<const double> values, const LightgbmModel& model,
                        KnownRows known) {
  TreeRows rows;
  for (std::size_t t = 1; t < values.size(); ++t) {
    auto row = features_of({.values = values.first(t), .n = t}, model.period, model.unit);
    add_beside(row, model, t, {.row = known.at(t), .before = known.at(t - 1)});
    rows.columns = row.size();
    rows.add(row, (values[t] - values[t - 1]) / model.unit);
  }
  return rows;
}

double square_of_error(const BoostedTrees& trees, const TreeRows& rows, std::size_t row) {
  const auto entries = std::span{rows.entries}.subspan(row * rows.columns, rows.columns);
  const double error = static_cast<double>(rows.targets[row]) - trees.of(entries);
  return error * error;
}

// Those with which (n + k) / (n - k) is the squared error on blocks that were left out, in units of
// that on the same rows when they were learnt.
std::size_t parameters_by_blocks(const TreeRows& rows, const BoostedTrees& trees,
                                 const TreeOptions& options, const StopCheck& check) {
  constexpr std::size_t kBlocks = 4;
  const std::size_t n = rows.targets.size();
  double learnt = 0;
  double left_out = 0;
  for (std::size_t block = 0; block < kBlocks; ++block) {
    const std::size_t first = n * block / kBlocks;
    const std::size_t last = n * (block + 1) / kBlocks;
    TreeRows others{.columns = rows.columns};
    for (std::size_t row = 0; row < n; ++row) {
      if (row >= first && row < last) continue;
      others.add(std::span{rows.entries}.subspan(row * rows.columns, rows.columns),
                 static_cast<double>(rows.targets[row]));
    }
    const BoostedTrees without = boosted(others, options, check);
    for (std::size_t row = first; row < last; ++row) {
      learnt += square_of_error(trees, rows, row);
      left_out += square_of_error(without, rows, row);
    }
  }
  const double share = left_out > learnt ? (left_out - learnt) / (left_out + learnt) : 0;
  return static_cast<std::size_t>(std::ceil(share * static_cast<double>(n)));
}

std::size_t counted_parameters(std::size_t n) {
  const double leaves = std::ldexp(1.0, static_cast<int>(kTreesOfSeries.depth));
  const double in_leaf = static_cast<double>(n) / leaves;
  const double taken = kTreesOfSeries.rate * in_leaf / (in_leaf + kTreesOfSeries.ridge);
  const double left = std::pow(1 - taken, static_cast<double>(kTreesOfSeries.rounds));
  return static_cast<std::size_t>(std::ceil(1 + leaves * (1 - left)));
}

void learn(LightgbmModel& model, std::span<const double> adjusted, const KnownToTrees& known,
           const StopCheck& check) {
  const double step = largest_step(adjusted);
  if (step == 0) return;
  model.unit = std::scalbn(1.0, std::ilogb(step));
  const TreeRows learnt = rows_for_trees(adjusted, model, known.rows);
  const std::size_t covariates = known.rows.columns;
  TreeOptions options = covariates == 0 ? kTreesOfSeries : kTreesOfCovariates;
  options.directions = column_directions(model, known.directions, learnt.columns);
  model.trees = boosted(learnt, options, check);
  if (covariates > 0) {
    model.parameters = parameters_by_blocks(learnt, model.trees, options, check);
  }
}

}  // namespace

bool LightgbmModel::is_whole() const {
  if (period == 0 || row_before.size() != (newest.empty() ? 0 : scales.size())) return false;
  const std::vector<double> any{0};
  return trees.text().empty() ||
         trees.columns() == features_of({.values = any, .n = 1}, period, 1).size() +
                                2 * scales.size() + calendar.columns();
}

double LightgbmModel::next(KnownRow row) const {
  if (newest.empty()) return 0;
  const TreePast past{.values = newest, .n = n};
  return season.restore(value_behind(*this, past, {.row = row, .before = row_before}), n);
}

void LightgbmModel::absorb(double value, KnownRow row) {
  newest.push_back(season.remove(value, n));
  row_before.assign(row.begin(), row.end());
  ++n;
  const std::size_t reach = features_reach(period);
  if (newest.size() > 2 * reach) {
    newest.erase(newest.begin(), newest.end() - static_cast<std::ptrdiff_t>(reach));
  }
}

LightgbmModel fit_lightgbm(std::span<const double> values, std::size_t period,
                           const KnownToTrees& known, const StopCheck& check) {
  check_length("lightgbm", values.size(), kLightgbmNeeds);
  const std::span newest = values.last(std::min(values.size(), kIterativeValuesMax));
  LightgbmModel model{.season = tested_season(newest, period)};
  model.period = period > 1 && newest.size() >= 2 * period ? period : 1;
  model.skipped = values.size() - newest.size();
  model.calendar = known.calendar.from(model.skipped);
  model.calendar.steps = newest.size();
  const KnownRows rows = known.rows.from(model.skipped);
  model.scales = scales_of(rows, newest.size());
  if (rows.columns == 0) model.parameters = counted_parameters(newest.size());
  learn(model, season_removed(newest, model.season), {.rows = rows, .directions = known.directions},
        check);
  if (!model.season.indices.empty()) model.parameters += model.season.indices.size() - 1;
  return absorbed(std::move(model), newest, rows);
}

LightgbmModel started(const LightgbmModel& model) {
  LightgbmModel start = model;
  start.newest.clear();
  start.row_before.clear();
  start.n = 0;
  return start;
}

std::size_t fitted(const LightgbmModel& model) { return model.parameters; }

Path forecast(const LightgbmModel& model, std::size_t horizon, KnownRows rows) {
  check_horizon(horizon);
  std::vector<double> newest = model.newest;
  KnownRow before = model.row_before;
  Path path;
  for (std::size_t h = 0; h < horizon; ++h) {
    const TreePast past{.values = newest, .n = model.n + h};
    const KnownRow row = rows.at(h);
    const double adjusted =
        newest.empty() ? 0 : value_behind(model, past, {.row = row, .before = before});
    path.points.push_back(newest.empty() ? 0 : model.season.restore(adjusted, past.n));
    newest.push_back(model.season.remove(path.points.back(), past.n));
    before = row;
  }
  return path;
}

OneStep one_step(const LightgbmModel& model, std::span<const double> values, KnownRows rows) {
  return errors_since_start(model, values, 1, rows);
}

}  // namespace shelduck::forecast
