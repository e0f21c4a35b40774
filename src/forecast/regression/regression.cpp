#include "shelduck/forecast/regression/regression.hpp"

#include <span>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/regression/rows.hpp"

namespace shelduck::forecast {
namespace {

Filter filtered(const Rows& rows, std::span<const double> values, const Response& response) {
  Filter filter{rows.inputs().roles(), response.kind};
  for (std::size_t t = 0; t < values.size(); ++t) {
    filter.absorb(rows.row(t), rows.step(t), response.to_scale(values[t]));
  }
  return filter;
}

// A step was forecast on the scale of its day; the scores need all of them on the last one.
Centred rescaled(const Centred& step, const Response& then, const Response& now) {
  if (then == now) {
    return step;
  }
  return {.centre = now.to_scale(then.from_scale(step.centre)), .spread = step.spread};
}

std::vector<Covariate> without_values(const std::vector<Covariate>& covariates) {
  std::vector<Covariate> columns;
  for (const Covariate& column : covariates) {
    columns.push_back({.name = column.name, .values = {}, .kind = column.kind});
  }
  return columns;
}

void require_values(const Series& series, std::size_t need) {
  if (series.values.size() < need) {
    throw Error{ErrorKind::invalid_input,
                "the regression cannot be fitted: too few values",
                {.field = "values",
                 .value = std::to_string(series.values.size()),
                 .rule = "at least " + std::to_string(need)}};
  }
}

}  // namespace

Fitted<RegressionModel> fit_regression(const Series& series) {
  check(series);
  require_values(series, 1);
  const Rows rows{series};
  const std::span<const double> values{series.values};
  std::vector<Response> then;
  Fitted<RegressionModel> fitted{.model = {}, .backtest = {.first = 1}};
  ResponseReader reader;
  reader.absorb(values[0]);
  Response response = reader.response();
  Filter filter = filtered(rows, values.first(1), response);
  for (std::size_t t = 1; t < values.size(); ++t) {
    then.push_back(response);
    reader.absorb(values[t]);
    if (reader.response() == response) {
      fitted.backtest.steps.push_back(
          filter.absorb(rows.row(t), rows.step(t), response.to_scale(values[t])));
    } else {
      fitted.backtest.steps.push_back(filter.predict(rows.row(t), rows.step(t)));
      response = reader.response();
      filter = filtered(rows, values.first(t + 1), response);
    }
  }
  for (std::size_t i = 0; i < then.size(); ++i) {
    fitted.backtest.steps[i] = rescaled(fitted.backtest.steps[i], then[i], response);
  }
  fitted.model = {.filter = std::move(filter),
                  .inputs = rows.inputs(),
                  .response = response,
                  .reader = reader,
                  .columns = without_values(series.covariates)};
  return fitted;
}

Centred predict_next(const RegressionModel& model, const NextRun& next) {
  return predict_runs(model, std::span{&next, 1}).front();
}

std::vector<Centred> predict_runs(const RegressionModel& model, std::span<const NextRun> runs) {
  Inputs inputs = model.inputs;
  std::vector<Centred> centres;
  double moved = 0;  // in steps
  for (const NextRun& next : runs) {
    const std::vector<double> known = known_values(next, model.columns);
    const RunInputs run{.time = next.time, .covariates = known};
    moved += inputs.step(run);
    centres.push_back(model.filter.predict(inputs.row(run), moved));
    inputs.absorb(run);
  }
  return centres;
}

bool absorb(RegressionModel& model, const NextRun& next, double value) {
  ResponseReader reader = model.reader;
  reader.absorb(value);
  if (reader.response() != model.response) return false;
  model.reader = reader;
  const std::vector<double> known = known_values(next, model.columns);
  const RunInputs run{.time = next.time, .covariates = known};
  const double step = model.inputs.step(run);
  const std::vector<double> row = model.inputs.absorb(run);
  model.filter.absorb(row, step, model.response.to_scale(value));
  return true;
}

}  // namespace shelduck::forecast
