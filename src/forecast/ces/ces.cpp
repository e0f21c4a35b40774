#include "shelduck/forecast/ces/ces.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "shelduck/forecast/ces/ces_move.hpp"
#include "shelduck/forecast/ces/ces_search.hpp"

namespace shelduck::forecast {
namespace {

// What one error does to the forecasts that follow it.
class CesEffect {
 public:
  explicit CesEffect(const CesModel& model)
      : form_(model.form), weights_(model.weights), period_(model.state.season.size()) {
    learn_level(form_, weights_, level_, 1);
    learn_season(form_, weights_, season_, 1);
  }

  // Of the next step.
  double next() {
    ++steps_;
    const bool same_phase = steps_ % period_ == 0;
    const double effect = level_.level + (same_phase ? season_.level : 0);
    if (std::abs(level_.level) <= kCesReachMax) {
      learn_level(form_, weights_, level_, 0);
    }
    if (same_phase && std::abs(season_.level) <= kCesReachMax) {
      learn_season(form_, weights_, season_, 0);
    }
    return effect;
  }

 private:
  CesForm form_;
  CesWeights weights_;
  std::size_t period_;
  CesPair level_{};
  CesPair season_{};
  std::size_t steps_ = 0;
};

}  // namespace

double CesModel::next() const {
  return state.level.level + state.season[n % state.season.size()].level;
}

void CesModel::absorb(double value) {
  errors.add(ces_step(form, weights, state, n % state.season.size(), value));
  largest = std::max(largest, std::abs(value));
  ++n;
}

std::size_t values_needed(CesForm form, std::size_t period) noexcept {
  const bool seasonal = form != CesForm::none && period > 1;
  const CesForm meant = seasonal ? form : CesForm::none;
  const std::size_t numbers = ces_weight_count(meant) + ces_start_count(meant, period);
  return seasonal ? std::max(numbers + 1, 2 * period) : numbers + 1;
}

CesModel fit_ces(std::span<const double> values, CesForm form, std::size_t period) {
  const CesForm meant = period > 1 ? form : CesForm::none;
  check_length("ces", std::min(values.size(), kIterativeValuesMax), values_needed(meant, period));
  return best_ces(values, std::array{meant}, period);
}

CesModel fit_ces(std::span<const double> values, std::size_t period, const StopCheck& check) {
  check_length("ces", values.size(), values_needed(CesForm::none, period));
  const std::size_t used = std::min(values.size(), kIterativeValuesMax);
  std::vector<CesForm> forms{CesForm::none};
  for (const CesForm form : {CesForm::simple, CesForm::partial, CesForm::full}) {
    if (period > 1 && used >= values_needed(form, period)) {
      forms.push_back(form);
    }
  }
  return best_ces(values, forms, period, check);
}

CesModel started(const CesModel& model) {
  CesModel start = model;
  start.state = model.initial;
  start.largest = 0;
  start.n = 0;
  start.errors = {};
  return start;
}

std::size_t fitted(const CesModel& model) {
  return ces_weight_count(model.form) + ces_start_count(model.form, model.state.season.size());
}

Path forecast(const CesModel& model, std::size_t horizon) {
  const std::size_t period = model.state.season.size();
  Path path = flat_path(0, model.errors.deviation(fitted(model)), horizon);
  const double reach = kCesReachMax * model.largest;
  CesState ahead = model.state;
  CesEffect effect{model};
  double variance = 1;  // in units of that of one step
  for (std::size_t h = 0; h < horizon; ++h) {
    CesPair& season = ahead.season[(model.n + h) % period];
    path.points[h] = ahead.level.level + season.level;
    if (!path.deviations.empty()) {
      path.deviations[h] *= std::sqrt(variance);
    }
    const double effect_ahead = effect.next();
    variance += effect_ahead * effect_ahead;
    if (std::abs(ahead.level.level) <= reach) {
      learn_level(model.form, model.weights, ahead.level, 0);
    }
    if (std::abs(season.level) <= reach) {
      learn_season(model.form, model.weights, season, 0);
    }
  }
  return path;
}

OneStep one_step(const CesModel& model, std::span<const double> values) {
  return errors_since_start(model, values);
}

}  // namespace shelduck::forecast
