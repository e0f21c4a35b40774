#include "shelduck/forecast/prophet/prophet.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "shelduck/forecast/prophet/prophet_modes.hpp"

namespace shelduck::forecast {
namespace {

// Of weights in units of the largest value; waves that multiply have no unit.
ProphetModel model_with(const ProphetColumns& columns, const ProphetMode& mode, double largest) {
  const std::span<const double> weights{mode.weights};
  const double per_step = largest / static_cast<double>(columns.steps() - 1);
  ProphetModel model{.initial_level = largest * weights[1],
                     .initial_slope = per_step * weights[0],
                     .form = mode.form};
  std::span<const double> rest = weights.subspan(kLineColumns);
  for (const Waves& waves : columns.waves()) {
    model.seasons.push_back(waves.effects_of(rest.first(waves.columns())));
    if (mode.form == SeasonalForm::additive) {
      for (double& effect : model.seasons.back().by_phase) effect *= largest;
    }
    rest = rest.subspan(waves.columns());
  }
  for (std::size_t c = 0; c < columns.standards().size(); ++c) {
    const StandardUnit& standard = columns.standards()[c];
    const double effect = largest * rest[c];
    model.effects.push_back(effect / standard.unit);
    model.offset -= effect * (standard.mean / standard.unit);
  }
  const std::span changes = weights.subspan(columns.first_change());
  double sizes = 0;
  for (std::size_t j = 0; j < changes.size(); ++j) {
    sizes += std::abs(changes[j]);
    if (changes[j] != 0) {
      model.changes.push_back({columns.changepoints()[j], per_step * changes[j]});
    }
  }
  const auto count = static_cast<double>(changes.size());
  const double a_step = count / static_cast<double>(columns.steps() - 1);
  if (count > 0) model.change_deviation = per_step * (sizes / count) * std::sqrt(2 * a_step);
  return model;
}

ProphetModel most_likely(std::span<const double> values, std::span<const std::size_t> seasons,
                         KnownRows rows, const StopCheck& check) {
  const auto [least, greatest] = std::ranges::minmax(values);
  if (least == greatest) {
    return {.initial_level = least, .effects = std::vector<double>(rows.columns)};
  }
  const double largest = std::max(std::abs(least), std::abs(greatest));
  std::vector<double> scaled;
  for (const double value : values) scaled.push_back(value / largest);
  const ProphetColumns columns{values.size(), seasons, rows};
  return model_with(columns, most_likely_mode(columns, scaled, check), largest);
}

}  // namespace

double ProphetModel::next(KnownRow row) const {
  return with_season(level, n) + offset + effect_of(effects, row);
}

double ProphetModel::season_at(std::size_t step) const {
  double sum = 0;
  for (const WaveEffects& season : seasons) sum += season.at(step);
  return sum;
}

double ProphetModel::with_season(double trend, std::size_t step) const {
  const double season = season_at(step);
  return form == SeasonalForm::additive ? trend + season : trend * (1 + season);
}

void ProphetModel::absorb(double value, KnownRow row) {
  errors.add(value - next(row));
  if (next_change < changes.size() && changes[next_change].at == n) {
    slope += changes[next_change].slope;
    ++next_change;
  }
  level += slope;
  ++n;
}

bool has_prophet_season(std::size_t values, std::size_t period) noexcept {
  return period > 1 && period <= std::min(values, kIterativeValuesMax) / 2;
}

ProphetModel fit_prophet(std::span<const double> values, std::size_t period, KnownRows rows) {
  return fit_prophet(values, std::span{&period, 1}, rows);
}

ProphetModel fit_prophet(std::span<const double> values, std::span<const std::size_t> seasons,
                         KnownRows rows, const StopCheck& check) {
  check_length("prophet", values.size(), kProphetNeeds + rows.columns);
  const std::span newest = values.last(std::min(values.size(), kIterativeValuesMax));
  const std::size_t skipped = values.size() - newest.size();
  ProphetModel model = started(most_likely(newest, seasons, rows.from(skipped), check));
  model.skipped = skipped;
  return absorbed(std::move(model), newest, rows.from(skipped));
}

std::optional<ProphetModel> fitted_anew(const ProphetModel& model, std::span<const double> values,
                                        KnownRows rows, const StopCheck& check) {
  std::vector<std::size_t> seasons;
  for (const WaveEffects& season : model.seasons) seasons.push_back(season.by_phase.size());
  const bool are_there = std::ranges::all_of(
      seasons, [&](std::size_t season) { return has_prophet_season(values.size(), season); });
  if (!are_there || values.size() < kProphetNeeds + rows.columns) return std::nullopt;
  return fit_prophet(values, seasons, rows, check);
}

ProphetModel started(const ProphetModel& model) {
  ProphetModel start = model;
  start.level = model.initial_level;
  start.slope = model.initial_slope;
  start.next_change = 0;
  start.n = 0;
  start.errors = {};
  return start;
}

std::size_t fitted(const ProphetModel& model) {
  const auto effects =
      std::ranges::count_if(model.effects, [](double effect) { return effect != 0; });
  std::size_t sum = kLineColumns + model.changes.size() + static_cast<std::size_t>(effects);
  for (const WaveEffects& season : model.seasons) sum += season.columns;
  return sum;
}

Path forecast(const ProphetModel& model, std::size_t horizon, KnownRows rows) {
  const auto residual = model.errors.deviation(fitted(model));
  Path path = flat_path(0, residual, horizon);
  double trend = model.level;
  for (std::size_t h = 0; h < horizon; ++h) {
    const std::size_t step = model.n + h;
    path.points[h] =
        model.with_season(trend, step) + model.offset + effect_of(model.effects, rows.at(h));
    trend += model.slope;
    const auto ahead = static_cast<double>(h + 1);
    if (residual) {
      const double of_changes = model.change_deviation * std::sqrt(ahead * ahead * ahead / 3);
      const double factor = model.form == SeasonalForm::additive ? 1 : 1 + model.season_at(step);
      path.deviations[h] = std::hypot(*residual, of_changes * factor);
    }
  }
  return path;
}

OneStep one_step(const ProphetModel& model, std::span<const double> values, KnownRows rows) {
  return errors_since_start(model, values, 0, rows);
}

}  // namespace shelduck::forecast
