#include "shelduck/forecast/intervals/origin_scores.hpp"

#include <cmath>
#include <utility>

#include "shelduck/forecast/intervals/score_meter.hpp"

namespace shelduck::forecast {
namespace {

double inflation(double n, double k) { return n > k ? std::sqrt((n + k) / (n - k)) : 1; }

}  // namespace

OriginScores origin_scores(const TrainedRegular& model, std::span<const double> values,
                           std::size_t horizon, const StepCovariates& known) {
  ScoreMeter meter{model, values, horizon, known};
  if (!meter.is_measuring()) return std::move(meter).scores();
  const double factor =
      inflation(static_cast<double>(values.size()), static_cast<double>(fitted(model)));
  const Origins origins{.first = meter.first_origin(), .horizon = horizon};
  for_each_origin(
      model, values, origins, [&](std::size_t t, const Path& path) { meter.add(t, path, factor); },
      known.part(0, values.size()));
  return std::move(meter).scores();
}

}  // namespace shelduck::forecast
