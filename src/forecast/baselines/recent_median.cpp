#include "shelduck/forecast/baselines/recent_median.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

using Eigen::Index;
constexpr auto kWindow = static_cast<Index>(kRunsLookedAt);

// Of the newest kRunsLookedAt runs, the newest in the last place; where there are fewer, the first
// places are 0. All places are summed up, so that a sum has the same bits wherever they come from.
using RunWeights = Eigen::Array<double, kWindow, 1>;

RunWeights fading_of_runs() {
  RunWeights weights;
  double fading = 1;
  for (Index i = kWindow; i-- > 0; fading *= kRunFading) weights[i] = fading;
  return weights;
}

// One covariate of runs that follow each other. A size a counts as 1 + a with its inverse, because
//   exp(-|log(1 + a) - log(1 + b)|) = min((1 + a) / (1 + b), (1 + b) / (1 + a))
// takes no exponential; both are infinite where it is not known, which makes the factor 1. So are
// the kRunsLookedAt places before the first run.
class ComparedColumn {
 public:
  explicit ComparedColumn(CovariateKind kind) : kind_(kind) {
    const bool is_flag = kind == CovariateKind::flag;
    entries_.assign(kRunsLookedAt, is_flag ? kUnknown : kInfinite);
    if (!is_flag) inverses_ = entries_;
  }

  void add(double value) {
    if (kind_ == CovariateKind::flag) {
      entries_.push_back(value);
      return;
    }
    entries_.push_back(std::isnan(value) ? kInfinite : 1 + value);
    inverses_.push_back(std::isnan(value) ? kInfinite : 1 / (1 + value));
  }

  // Multiplies by how like each of the runs before run `next` is to it.
  void weigh(RunWeights& weights, std::size_t next) const {
    if (kind_ == CovariateKind::flag) {
      weigh_by_flag(weights, next);
      return;
    }
    const double entry = entries_[kRunsLookedAt + next];
    const double inverse = inverses_[kRunsLookedAt + next];
    weights *= (before(entries_, next) * inverse).min(before(inverses_, next) * entry).min(1.0);
  }

 private:
  static constexpr double kInfinite = std::numeric_limits<double>::infinity();

  static Eigen::Map<const RunWeights> before(const std::vector<double>& column, std::size_t next) {
    return Eigen::Map<const RunWeights>{column.data() + next};
  }

  void weigh_by_flag(RunWeights& weights, std::size_t next) const {
    const double flag = entries_[kRunsLookedAt + next];
    for (Index i = 0; i < kWindow; ++i) {
      const double apart = std::abs(entries_[next + static_cast<std::size_t>(i)] - flag);
      if (!std::isnan(apart)) weights[i] *= std::exp(-apart);
    }
  }

  CovariateKind kind_;
  std::vector<double> entries_{};
  std::vector<double> inverses_{};  // of sizes
};

// The runs of a window by value, of equal ones the oldest first. Runs come and go in their order.
class SortedRuns {
 public:
  void add(std::span<const double> values, std::size_t run) {
    const auto end = runs_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto place =
        std::upper_bound(runs_.begin(), end, values[run],
                         [&](double value, std::size_t other) { return value < values[other]; });
    std::copy_backward(place, end, end + 1);
    *place = run;
    ++count_;
  }

  void drop_oldest(std::span<const double> values, std::size_t run) {
    const auto end = runs_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto place =
        std::lower_bound(runs_.begin(), end, values[run],
                         [&](std::size_t other, double value) { return values[other] < value; });
    std::copy(place + 1, end, place);
    --count_;
  }

  // Goes on to the window before `run`, from that before the run before it.
  void go_on(std::span<const double> values, std::size_t run) {
    if (count_ == kRunsLookedAt) drop_oldest(values, run - 1 - kRunsLookedAt);
    add(values, run - 1);
  }

  [[nodiscard]] std::span<const std::size_t> runs() const { return std::span{runs_}.first(count_); }

 private:
  std::array<std::size_t, kRunsLookedAt> runs_{};
  std::size_t count_ = 0;
};

struct MiddleOfRuns {
  double value;
  double spread;
};

// The runs so far, and the covariates of these and of the one that comes.
struct ComparedRuns {
  std::span<const double> values;
  std::vector<ComparedColumn> columns{};
  RunWeights fading = fading_of_runs();

  void add_known(std::span<const double> known) {
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c].add(known[c]);
  }

  [[nodiscard]] RunWeights faded(std::size_t next) const {
    RunWeights weights = fading;
    if (next < kRunsLookedAt) weights.head(kWindow - static_cast<Index>(next)).setZero();
    return weights;
  }

  // The value at which half of the weight is reached; between two where it is reached exactly.
  [[nodiscard]] MiddleOfRuns middle(std::size_t next, std::span<const std::size_t> sorted) const {
    RunWeights weights = faded(next);
    for (const ComparedColumn& column : columns) column.weigh(weights, next);
    double sum = weights.sum();
    if (!(sum > 0)) {  // no past run is anything like this one: they then count as equally unlike
      weights = faded(next);
      sum = weights.sum();
    }
    const std::size_t before_window = next - kRunsLookedAt;  // below 0 where there are fewer
    double below = 0;
    std::size_t i = 0;
    for (; i + 1 < sorted.size(); ++i) {
      below += weights[static_cast<Index>(sorted[i] - before_window)];
      if (2 * below >= sum) break;
    }
    double value = values[sorted[i]];
    if (2 * below == sum && i + 1 < sorted.size()) value += (values[sorted[i + 1]] - value) / 2;
    const double squares = weights.square().sum();
    return {.value = value, .spread = std::sqrt(1 + std::numbers::pi / 2 * squares / (sum * sum))};
  }
};

ComparedRuns compared_runs(const RecentMedian& model) {
  ComparedRuns runs{.values = model.values};
  for (const Covariate& column : model.columns) runs.columns.emplace_back(column.kind);
  const std::size_t width = model.columns.size();
  for (std::size_t t = 0; t < model.values.size(); ++t) {
    runs.add_known(std::span{model.known}.subspan(t * width, width));
  }
  return runs;
}

ComparedRuns compared_runs(const Series& series) {
  ComparedRuns runs{.values = series.values};
  for (const Covariate& covariate : series.covariates) {
    ComparedColumn& column = runs.columns.emplace_back(covariate.kind);
    for (const double value : covariate.values) column.add(value);
  }
  return runs;
}

template <class Values>
std::vector<double> newest(const Values& values, std::size_t count) {
  return {values.end() - static_cast<std::ptrdiff_t>(std::min(values.size(), count)), values.end()};
}

RecentMedian recent_median_of(const Series& series) {
  RecentMedian model{.values = newest(series.values, kRunsLookedAt)};
  for (const double value : series.values) model.reader.absorb(value);
  model.response = model.reader.response();
  const std::size_t n = series.values.size();
  for (std::size_t t = n - model.values.size(); t < n; ++t) {
    for (const Covariate& column : series.covariates) model.known.push_back(column.values[t]);
  }
  for (const Covariate& column : series.covariates) {
    model.columns.push_back({.name = column.name, .values = {}, .kind = column.kind});
  }
  return model;
}

}  // namespace

Fitted<RecentMedian> fit_recent_median(const Series& series) {
  check(series);
  if (series.values.empty()) {
    throw Error{ErrorKind::invalid_input,
                "a median of recent runs cannot be fitted: no values",
                {.field = "values", .value = "0", .rule = "at least 1"}};
  }
  Fitted<RecentMedian> fitted{.model = recent_median_of(series), .backtest = {.first = 1}};
  fitted.backtest.steps.reserve(series.values.size());
  const ComparedRuns runs = compared_runs(series);
  SortedRuns sorted;
  for (std::size_t t = 1; t < series.values.size(); ++t) {
    sorted.go_on(series.values, t);
    const MiddleOfRuns middle = runs.middle(t, sorted.runs());
    fitted.backtest.steps.push_back(
        {.centre = fitted.model.response.to_scale(middle.value), .spread = middle.spread});
  }
  return fitted;
}

Centred predict_next(const RecentMedian& model, const NextRun& next) {
  ComparedRuns runs = compared_runs(model);
  runs.add_known(known_values(next, model.columns));
  SortedRuns sorted;
  for (std::size_t t = 1; t <= model.values.size(); ++t) sorted.go_on(model.values, t);
  const MiddleOfRuns middle = runs.middle(model.values.size(), sorted.runs());
  return {.centre = model.response.to_scale(middle.value), .spread = middle.spread};
}

bool absorb(RecentMedian& model, const NextRun& run, double value) {
  ResponseReader reader = model.reader;
  reader.absorb(value);
  if (reader.response() != model.response) return false;
  model.reader = reader;
  model.values.push_back(value);
  const std::vector<double> known = known_values(run, model.columns);
  model.known.insert(model.known.end(), known.begin(), known.end());
  model.values = newest(model.values, kRunsLookedAt);
  model.known = newest(model.known, kRunsLookedAt * known.size());
  return true;
}

}  // namespace shelduck::forecast
