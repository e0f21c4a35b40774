#include "shelduck/forecast/baselines/naive2.hpp"

namespace shelduck::forecast {

double Naive2Model::next() const { return season.restore(adjusted.last, adjusted.n); }

void Naive2Model::absorb(double value) { adjusted.absorb(season.remove(value, adjusted.n)); }

Naive2Model fit_naive2(std::span<const double> values, std::size_t period) {
  check_length("naive2", values.size(), 1);
  return absorbed(Naive2Model{.season = tested_season(values, period)}, values);
}

Path forecast(const Naive2Model& model, std::size_t horizon) {
  Path path = forecast(model.adjusted, horizon);
  for (std::size_t h = 0; h < horizon; ++h) {
    path.points[h] = model.season.restore(path.points[h], model.adjusted.n + h);
  }
  if (model.season.form == SeasonalForm::multiplicative) {
    for (std::size_t h = 0; h < path.deviations.size(); ++h) {
      path.deviations[h] *= model.season.index(model.adjusted.n + h);
    }
  }
  return path;
}

Naive2Model started(const Naive2Model& model) { return Naive2Model{.season = model.season}; }

std::size_t fitted(const Naive2Model& model) {
  return model.season.indices.empty() ? 0 : model.season.indices.size() - 1;
}

OneStep one_step(const Naive2Model& model, std::span<const double> values) {
  return errors_along(started(model), values, 1);
}

}  // namespace shelduck::forecast
