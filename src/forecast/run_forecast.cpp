#include "shelduck/forecast/run_forecast.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace shelduck::forecast {
namespace {

constexpr std::size_t kErrorsBefore = 5;  // before so many are known a score has no unit

// The first `rows` of a column, as they enter.
Covariate entering(const Covariate& column, std::size_t rows) {
  Covariate result{.name = column.name, .values = {}, .kind = CovariateKind::size};
  result.values.assign(column.values.begin(),
                       column.values.begin() + static_cast<std::ptrdiff_t>(rows));
  bool is_negative = false;
  bool is_flag = true;
  double largest = 0;
  for (const double value : result.values) {
    if (std::isnan(value)) continue;
    is_negative = is_negative || value < 0;
    is_flag = is_flag && (value == 0 || value == 1);
    largest = std::max(largest, std::abs(value));
  }
  if (is_negative || is_flag) result.kind = CovariateKind::flag;
  if (!is_negative) return result;
  const int exponent = std::ilogb(largest) + 1;
  for (double& value : result.values) value = std::ldexp(value, -exponent);
  return result;
}

struct MeasuredRuns {
  Series series;
  std::vector<std::size_t> rows{};  // where each of them stands
};

MeasuredRuns measured(const Series& rows, const std::vector<Covariate>& covariates,
                      std::size_t known) {
  MeasuredRuns runs{.series = {.values = {}, .local_offset_seconds = rows.local_offset_seconds}};
  for (const Covariate& column : covariates) {
    runs.series.covariates.push_back({.name = column.name, .values = {}, .kind = column.kind});
  }
  for (std::size_t t = 0; t < known; ++t) {
    if (std::isnan(rows.values[t])) continue;
    runs.rows.push_back(t);
    runs.series.values.push_back(rows.values[t]);
    if (!rows.times.empty()) runs.series.times.push_back(rows.times[t]);
    for (std::size_t c = 0; c < covariates.size(); ++c) {
      runs.series.covariates[c].values.push_back(covariates[c].values[t]);
    }
  }
  return runs;
}

std::vector<NextRun> coming(const Series& rows, const std::vector<Covariate>& covariates,
                            const RunOrigin& origin) {
  std::vector<NextRun> runs(origin.horizon);
  for (std::size_t h = 0; h < origin.horizon && origin.known + h < rows.values.size(); ++h) {
    const std::size_t t = origin.known + h;
    if (!rows.times.empty()) runs[h].time = rows.times[t];
    for (const Covariate& column : covariates) {
      if (!std::isnan(column.values[t])) {
        runs[h].covariates.push_back({column.name, column.values[t]});
      }
    }
  }
  return runs;
}

// The mean size of the errors so far.
class ErrorSize {
 public:
  void add(double size) {
    sum_ += size;
    ++count_;
  }
  [[nodiscard]] bool is_known() const { return count_ >= kErrorsBefore && sum_ > 0; }
  [[nodiscard]] double value() const { return count_ > 0 ? sum_ / static_cast<double>(count_) : 0; }

 private:
  double sum_ = 0;
  std::size_t count_ = 0;
};

OriginScores run_scores(const TrainedModel& model, const std::vector<std::size_t>& rows,
                        std::span<const Centred> centres) {
  OriginScores scores{.response = model.response};
  std::vector<double> sizes;
  std::vector<std::size_t> targets;
  ErrorSize before;
  const std::size_t first = rows.size() - model.scores.size();
  double squares = 0;
  for (std::size_t i = 0; i < model.scores.size(); ++i) {
    const double size = std::abs(model.scores[i]);
    if (before.is_known()) {
      sizes.push_back(size / before.value());
      targets.push_back(rows[first + i]);
    }
    before.add(size);
    squares += size * size / static_cast<double>(model.scores.size());
  }
  scores.by_step.assign(centres.size(), sizes);
  scores.targets.assign(centres.size(), targets);
  scores.degrees = std::max<std::size_t>(model.scores.size(), 1) - 1;
  scores.need = scores.degrees == 0 ? model.n + 1 : 0;
  for (const Centred& centre : centres) {
    scores.units.push_back(centre.spread * before.value());
    scores.deviations.push_back(centre.spread * std::sqrt(squares));
  }
  return scores;
}

}  // namespace

std::variant<RunForecast, NotEnough> forecast_runs(const Series& rows, const RunOrigin& origin,
                                                   ModelKind kind) {
  std::vector<Covariate> covariates;
  const std::size_t end = std::min(rows.values.size(), origin.known + origin.horizon);
  for (const Covariate& column : rows.covariates) covariates.push_back(entering(column, end));
  const MeasuredRuns runs = measured(rows, covariates, origin.known);
  const auto found = train(runs.series, kind);
  if (const auto* few = std::get_if<NotEnough>(&found)) return *few;
  const auto& model = std::get<TrainedModel>(found);
  const std::vector<Centred> centres = predict_runs(model, coming(rows, covariates, origin));
  RunForecast forecast{.kind = model.kind, .n = model.n};
  for (const Centred& centre : centres) {
    forecast.points.push_back(model.response.from_scale(centre.centre));
  }
  forecast.scores = run_scores(model, runs.rows, centres);
  return forecast;
}

}  // namespace shelduck::forecast
