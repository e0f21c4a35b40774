#include "shelduck/forecast/regular_prediction.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/intervals/origin_scores.hpp"

namespace shelduck::forecast {
namespace {

void check_values_known(const TrainedRegular& model, std::span<const double> values) {
  if (values.size() == model.n) return;
  throw Error{ErrorKind::invalid_input,
              "a model of " + std::to_string(model.n) + " values is asked beside " +
                  std::to_string(values.size()),
              {.field = "values",
               .value = std::to_string(values.size()),
               .rule = "the values that the model knows, " + std::to_string(model.n)}};
}

std::string method_of(const TrainedRegular& model) {
  std::string words;
  for (const TrainedMember& member : model.members) {
    words += (words.empty() ? "" : "+") + std::string(to_string(member.kind));
  }
  return words;
}

PooledScores scores_alone(const OriginScores& scores) {
  ScorePool alone;
  alone.add("", scores);
  return std::move(alone).sorted();
}

}  // namespace

RegularPrediction predict(const TrainedRegular& model, std::span<const double> values,
                          const PredictionOptions& options) {
  check_values_known(model, values);
  check(options.known, values.size() + options.horizon);
  const StepCovariates coming = options.known.part(values.size(), options.horizon);
  RegularPrediction said{.points = forecast(model, options.horizon, coming).points,
                         .bounds = {},
                         .n = model.n,
                         .method = method_of(model)};
  const OriginScores scores = origin_scores(model, values, options.horizon, options.known);
  const IntervalEvidence own = evidence_of(scores, options.levels);
  said.bounds = bounds_of(said.points, own,
                          options.pooled != nullptr ? *options.pooled : scores_alone(scores),
                          options.levels, options.sign);
  said.need = own.need;
  if (options.sign == Sign::non_negative) {
    for (double& point : said.points) point = std::max(0.0, point);
  }
  return said;
}

}  // namespace shelduck::forecast
