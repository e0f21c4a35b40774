#include "shelduck/forecast/intervals/refit_scores.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "shelduck/forecast/intervals/score_meter.hpp"

namespace shelduck::forecast {
namespace {

// What a fit to the first `known` values says of the next ones; nothing where they are too few.
std::optional<Path> path_from(const Refit& refit, std::size_t known, std::size_t steps) {
  const RegularSeries& all = refit.series;
  const RegularSeries before{
      .values = {all.values.begin(), all.values.begin() + static_cast<std::ptrdiff_t>(known)},
      .period = all.period,
      .longer = all.longer,
      .horizon = all.horizon,
      .pooled = all.pooled,
      .covariates = all.covariates.part(0, known),
      .calendar = all.calendar,
      .within = all.within,
      .keeps_past = false,
      .check = all.check};
  const auto found = fit(before, refit.kinds);
  const auto* trained = std::get_if<TrainedRegular>(&found);
  if (trained == nullptr) return std::nullopt;
  Path path = forecast(*trained, steps, all.covariates.part(known, steps));
  if (path.deviations.empty()) {
    path.deviations = residual_deviations(*trained, before.values, steps, before.covariates);
  }
  if (path.deviations.empty()) return std::nullopt;
  return path;
}

}  // namespace

OriginScores refit_scores(const TrainedRegular& model, const Refit& refit, std::size_t horizon) {
  const std::span<const double> values{refit.series.values};
  ScoreMeter meter{model, values, horizon, refit.known};
  if (!meter.is_measuring()) return std::move(meter).scores();
  const std::size_t n = values.size();
  const std::size_t origins = n - std::min(meter.first_origin(), n);
  const std::size_t count = std::min(origins, kRefitsMax);
  for (std::size_t back = count; back-- > 0;) {
    const std::size_t t = n - 1 - back * origins / count;
    const auto path = path_from(refit, t, std::min(horizon, n - t));
    if (path) meter.add(t, *path);
  }
  return std::move(meter).scores();
}

}  // namespace shelduck::forecast
