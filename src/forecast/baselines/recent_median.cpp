#include "shelduck/forecast/baselines/recent_median.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

struct WeighedRun {
  double value;
  double weight;
};

// A window of past runs; `covariates` run by run, as many for each as the coming run has.
struct PastRuns {
  std::span<const double> values;
  std::span<const double> covariates;
};

double as_it_enters(double value, CovariateKind kind) {
  return kind == CovariateKind::size ? std::log1p(value) : value;
}

double likeness(std::span<const double> one, std::span<const double> other) {
  double distance = 0;
  for (std::size_t c = 0; c < one.size(); ++c) {
    const double apart = std::abs(one[c] - other[c]);
    if (!std::isnan(apart)) distance += apart;
  }
  return std::exp(-distance);
}

// The value at which half of the weight is reached; between two where it is reached exactly.
double middle_of(std::span<const WeighedRun> sorted, double sum) {
  double below = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    below += sorted[i].weight;
    if (2 * below < sum) continue;
    const bool is_between = 2 * below == sum && i + 1 < sorted.size();
    return is_between ? sorted[i].value + (sorted[i + 1].value - sorted[i].value) / 2
                      : sorted[i].value;
  }
  return sorted.back().value;
}

struct MiddleOfRuns {
  double value;
  double spread;
};

// `past` has at least one run.
MiddleOfRuns middle_of_runs(const PastRuns& past, std::span<const double> next) {
  std::array<WeighedRun, kRunsLookedAt> runs{};
  const std::size_t n = std::min(past.values.size(), kRunsLookedAt);
  const std::size_t first = past.values.size() - n;
  double fading = 1;
  double sum = 0;
  double squares = 0;
  for (std::size_t i = n; i-- > 0; fading *= kRunFading) {
    const std::size_t run = first + i;
    const double weight =
        fading * likeness(past.covariates.subspan(run * next.size(), next.size()), next);
    runs.at(i) = {past.values[run], weight};
    sum += weight;
    squares += weight * weight;
  }
  // No past run is anything like this one: they then count as equally unlike.
  if (!(sum > 0)) return middle_of_runs({.values = past.values, .covariates = {}}, {});
  const auto used = std::span{runs}.first(n);
  std::ranges::sort(used, {}, &WeighedRun::value);
  return {.value = middle_of(used, sum),
          .spread = std::sqrt(1 + std::numbers::pi / 2 * squares / (sum * sum))};
}

// Run by run, as they enter.
std::vector<double> covariates_as_they_enter(const Series& series) {
  std::vector<double> all;
  all.reserve(series.values.size() * series.covariates.size());
  for (std::size_t t = 0; t < series.values.size(); ++t) {
    for (const Covariate& column : series.covariates) {
      all.push_back(as_it_enters(column.values[t], column.kind));
    }
  }
  return all;
}

std::vector<double> known_as_it_enters(const RecentMedian& model, const NextRun& run) {
  std::vector<double> known = known_values(run, model.columns);
  for (std::size_t c = 0; c < known.size(); ++c) {
    known[c] = as_it_enters(known[c], model.columns[c].kind);
  }
  return known;
}

template <class Values>
std::vector<double> newest(const Values& values, std::size_t count) {
  return {values.end() - static_cast<std::ptrdiff_t>(std::min(values.size(), count)), values.end()};
}

}  // namespace

Fitted<RecentMedian> fit_recent_median(const Series& series) {
  check(series);
  if (series.values.empty()) {
    throw Error{ErrorKind::invalid_input,
                "a median of recent runs cannot be fitted: no values",
                {.field = "values", .value = "0", .rule = "at least 1"}};
  }
  const std::size_t width = series.covariates.size();
  const std::vector<double> covariates = covariates_as_they_enter(series);
  Fitted<RecentMedian> fitted{.model = {}, .backtest = {.first = 1}};
  RecentMedian& model = fitted.model;
  for (const double value : series.values) model.reader.absorb(value);
  model.response = model.reader.response();
  fitted.backtest.steps.reserve(series.values.size());
  for (std::size_t t = 1; t < series.values.size(); ++t) {
    const MiddleOfRuns middle =
        middle_of_runs({.values = std::span{series.values}.first(t), .covariates = covariates},
                       std::span{covariates}.subspan(t * width, width));
    fitted.backtest.steps.push_back(
        {.centre = model.response.to_scale(middle.value), .spread = middle.spread});
  }
  model.values = newest(series.values, kRunsLookedAt);
  model.covariates = newest(covariates, kRunsLookedAt * width);
  for (const Covariate& column : series.covariates) {
    model.columns.push_back({.name = column.name, .values = {}, .kind = column.kind});
  }
  return fitted;
}

Centred predict_next(const RecentMedian& model, const NextRun& next) {
  const MiddleOfRuns middle = middle_of_runs(
      {.values = model.values, .covariates = model.covariates}, known_as_it_enters(model, next));
  return {.centre = model.response.to_scale(middle.value), .spread = middle.spread};
}

bool absorb(RecentMedian& model, const NextRun& run, double value) {
  ResponseReader reader = model.reader;
  reader.absorb(value);
  if (reader.response() != model.response) return false;
  model.reader = reader;
  model.values.push_back(value);
  const std::vector<double> known = known_as_it_enters(model, run);
  model.covariates.insert(model.covariates.end(), known.begin(), known.end());
  model.values = newest(model.values, kRunsLookedAt);
  model.covariates = newest(model.covariates, kRunsLookedAt * known.size());
  return true;
}

}  // namespace shelduck::forecast
