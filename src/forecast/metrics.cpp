#include "shelduck/forecast/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

RegularSeries cut_to(const RegularSeries& series, std::size_t count) {
  RegularSeries cut = series;
  cut.values.resize(count);
  cut.covariates = series.covariates.part(0, count);
  cut.keeps_past = false;
  return cut;
}

// Of as many values as leave `need` when their newest third is taken away.
NotEnough before_the_third(const NotEnough& few, std::size_t have) {
  return {.have = have, .need = few.need + (few.need - 1) / 2};
}

}  // namespace

PointAccuracy metrics(const TrainedModel& model, std::span<const double> values) {
  if (values.size() != model.one_step.size()) {
    const std::string have = std::to_string(values.size());
    const std::string rule =
        "the " + std::to_string(model.one_step.size()) + " values that trained the model";
    throw Error{ErrorKind::invalid_input,
                "a model cannot be measured on " + have + " values, but on " + rule,
                {.field = "values", .value = have, .rule = rule}};
  }
  const auto known = std::ranges::find_if(model.one_step, [](double y) { return !std::isnan(y); });
  const auto first = static_cast<std::size_t>(known - model.one_step.begin());
  return point_accuracy(values.subspan(first), std::span{model.one_step}.subspan(first),
                        mase_scale(values, 1));
}

std::variant<PointAccuracy, NotEnough> metrics(const RegularSeries& series, RegularModel kind) {
  const std::size_t n = series.values.size();
  const std::size_t first = n - n / 3;
  const std::span values{series.values};
  std::vector<double> points;
  auto fitted = fit(cut_to(series, first), kind);
  if (const auto* few = std::get_if<NotEnough>(&fitted)) return before_the_third(*few, n);
  auto model = std::get<TrainedRegular>(std::move(fitted));
  for (std::size_t t = first; t < n; ++t) {
    points.push_back(forecast(model, 1, series.covariates.part(t, 1)).points.front());
    const bool is_fitted_anew = (t + 1 - first) % kMetricsRefitEvery == 0;
    model = is_fitted_anew
                ? std::get<TrainedRegular>(fit(cut_to(series, t + 1), kind))
                : update(std::move(model), values.subspan(t, 1), series.covariates.part(t, 1));
  }
  return point_accuracy(values.subspan(first), points,
                        mase_scale(values.first(first), series.period));
}

}  // namespace shelduck::forecast
