#include "shelduck/forecast/mstl/mstl.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "shelduck/forecast/seasonal/stl.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kMstlRounds = 2;

struct SeasonalParts {
  SeasonalForm form = SeasonalForm::additive;
  std::vector<std::vector<double>> by_season{};
  std::vector<double> trend{};
};

SeasonalParts separated(std::span<const double> values, std::span<const std::size_t> seasons) {
  SeasonalParts parts{.by_season = {seasons.size(), std::vector<double>(values.size())}};
  std::vector<double> left{values.begin(), values.end()};
  for (std::size_t round = 0; round < kMstlRounds; ++round) {
    for (std::size_t i = 0; i < seasons.size(); ++i) {
      std::vector<double>& own = parts.by_season[i];
      std::ranges::transform(left, own, left.begin(), std::plus{});
      StlParts found = stl(left, {.period = seasons[i], .season_window = 7 + 4 * (i + 1)});
      own = std::move(found.season);
      parts.trend = std::move(found.trend);
      std::ranges::transform(left, own, left.begin(), std::minus{});
    }
  }
  return parts;
}

// On logarithms of values in units of a power of two, put back into those of the values.
SeasonalParts separated_logarithms(std::span<const double> values,
                                   std::span<const std::size_t> seasons) {
  const double unit = std::scalbn(1.0, std::ilogb(std::ranges::max(values)));
  std::vector<double> logarithms;
  for (const double y : values) logarithms.push_back(std::log(y / unit));
  SeasonalParts parts = separated(logarithms, seasons);
  parts.form = SeasonalForm::multiplicative;
  for (double& value : parts.trend) value = std::exp(value) * unit;
  for (auto& season : parts.by_season) {
    for (double& index : season) index = std::clamp(std::exp(index), kIndexFloor, 1 / kIndexFloor);
  }
  return parts;
}

double remainder_squares(std::span<const double> values, const SeasonalParts& parts) {
  double squares = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    double said = parts.trend[t];
    for (const auto& season : parts.by_season) {
      said = parts.form == SeasonalForm::additive ? said + season[t] : said * season[t];
    }
    squares += (values[t] - said) * (values[t] - said);
  }
  return squares;
}

SeasonalParts best_parts(std::span<const double> values, std::span<const std::size_t> seasons) {
  SeasonalParts additive = separated(values, seasons);
  const bool is_positive = std::ranges::all_of(values, [](double y) { return y > 0; });
  if (!is_positive || seasons.empty()) return additive;
  SeasonalParts multiplicative = separated_logarithms(values, seasons);
  const bool is_better =
      remainder_squares(values, multiplicative) < remainder_squares(values, additive);
  return is_better ? multiplicative : additive;
}

Seasonality newest_indices(const SeasonalParts& parts, std::size_t i, std::size_t period) {
  const std::vector<double>& season = parts.by_season[i];
  Seasonality newest{.form = parts.form, .indices = std::vector<double>(period)};
  for (std::size_t t = season.size() - period; t < season.size(); ++t) {
    newest.indices[t % period] = season[t];
  }
  return newest;
}

double removed(const MstlModel& model, double value, std::size_t t) {
  for (const Seasonality& season : model.seasons) value = season.remove(value, t);
  return value;
}

double restored(const MstlModel& model, double value, std::size_t t) {
  for (const Seasonality& season : model.seasons) value = season.restore(value, t);
  return value;
}

}  // namespace

double MstlModel::next() const {
  return restored(*this, std::visit([](const auto& x) { return x.next(); }, adjusted), n);
}

void MstlModel::absorb(double value) {
  const double left = removed(*this, value, n);
  std::visit([&](auto& x) { x.absorb(left); }, adjusted);
  ++n;
}

MstlModel fit_mstl(std::span<const double> values, std::span<const std::size_t> seasons) {
  return fit_mstl(values, seasons, [](std::span<const double> adjusted) {
    return AdjustedState{fit_exponential_smoothing(adjusted, 1)};
  });
}

MstlModel fit_mstl(std::span<const double> values, std::span<const std::size_t> seasons,
                   const AdjustedFit& within) {
  const auto newest = values.last(std::min(values.size(), kIterativeValuesMax));
  std::vector<std::size_t> usable;
  for (const std::size_t season : seasons) {
    if (season > 1 && newest.size() > 2 * season) usable.push_back(season);
  }
  const SeasonalParts parts = best_parts(newest, usable);
  MstlModel model{.n = newest.size(), .skipped = values.size() - newest.size()};
  for (std::size_t i = 0; i < usable.size(); ++i) {
    model.seasons.push_back(newest_indices(parts, i, usable[i]));
  }
  std::vector<double> adjusted;
  for (std::size_t t = 0; t < newest.size(); ++t) {
    adjusted.push_back(removed(model, newest[t], t));
  }
  model.adjusted = within(adjusted);
  return model;
}

std::optional<MstlModel> fitted_anew(const MstlModel& model, std::span<const double> values,
                                     const AdjustedFit& within) {
  std::vector<std::size_t> seasons;
  for (const Seasonality& season : model.seasons) seasons.push_back(season.indices.size());
  const bool are_there =
      std::ranges::all_of(seasons, [&](std::size_t season) { return values.size() > 2 * season; });
  if (!are_there || values.size() < kProphetNeeds) return std::nullopt;
  return fit_mstl(values, seasons, within);
}

Path forecast(const MstlModel& model, std::size_t horizon) {
  Path path = std::visit([&](const auto& x) { return forecast(x, horizon); }, model.adjusted);
  for (std::size_t h = 0; h < horizon; ++h) {
    path.points[h] = restored(model, path.points[h], model.n + h);
    for (const Seasonality& season : model.seasons) {
      const bool grows = season.form == SeasonalForm::multiplicative && !path.deviations.empty();
      if (grows) path.deviations[h] *= season.index(model.n + h);
    }
  }
  return path;
}

MstlModel started(const MstlModel& model) {
  return {.seasons = model.seasons,
          .adjusted =
              std::visit([](const auto& x) { return AdjustedState{started(x)}; }, model.adjusted),
          .skipped = model.skipped};
}

std::size_t fitted(const MstlModel& model) {
  std::size_t sum = std::visit([](const auto& x) { return fitted(x); }, model.adjusted);
  for (const Seasonality& season : model.seasons) sum += season.indices.size() - 1;
  return sum;
}

OneStep one_step(const MstlModel& model, std::span<const double> values) {
  return errors_since_start(model, values);
}

}  // namespace shelduck::forecast
