#include "shelduck/forecast/arima/arima.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/arima/arima_search.hpp"
#include "shelduck/forecast/arima/arima_waves.hpp"
#include "shelduck/forecast/arima/difference_tests.hpp"
#include "shelduck/forecast/seasonal/strength.hpp"
#include "shelduck/forecast/smoothing/holt.hpp"

namespace shelduck::forecast {
namespace {

// Of the largest value; the root mean square of errors that are rounding alone is below it.
constexpr double kArimaExact = 1e-13;
constexpr std::size_t kWaveRounds = 2;
// Of the first model beside all waves that may be: it shall whiten the errors, not describe them.
constexpr std::size_t kGuideOrder = 2;
constexpr std::size_t kGuideSeasonal = 1;

double arima_unit(double size) { return size > 0 ? std::scalbn(1.0, std::ilogb(size)) : 1; }

// Powers of two, so that the values lose nothing and their size is near 1.
std::vector<double> divided(std::span<const double> values, double unit) {
  std::vector<double> result;
  for (const double value : values) result.push_back(value / unit);
  return result;
}

// From the first on, so that a common shift is no rounding of the rest.
double mean_from_first(std::span<const double> values) {
  const double first = values.front();
  double mean = first;
  for (const double value : values) {
    mean += (value - first) / static_cast<double>(values.size());
  }
  return mean;
}

// The newest values, in two units: their own, and that of what their differences leave; and what
// is known of their steps.
struct ArimaSeries {
  std::vector<double> values{};
  double unit = 1;
  std::vector<double> left{};
  double left_unit = 1;
  double level = 0;  // that was taken from what is left, in the first unit
  StopCheck check{};
  KnownRows rows{};                 // covariates
  std::optional<WaveRows> waves{};  // with these before them
  ArimaColumns columns{};

  ArimaSeries(std::span<const double> all, KnownRows all_rows) {
    const auto newest = all.last(std::min(all.size(), kIterativeValuesMax));
    unit = arima_unit(largest_magnitude(newest));
    values = divided(newest, unit);
    rows = all_rows.first(all.size()).from(all.size() - newest.size());
  }

  [[nodiscard]] KnownRows regressors() const { return waves ? waves->rows() : rows; }

  // What an ordinary regression on these, with a constant, leaves of the values.
  [[nodiscard]] std::vector<double> unexplained() const {
    std::vector<double> rest = values;
    if (regressors().columns == 0) return rest;
    const ArimaOrders plain{.constant = true};
    const ArimaColumns levels{regressors(), plain, 1};
    const std::vector<double> weights = levels.weights_of(values);
    const auto columns_of_levels = levels.beside(plain);
    for (std::size_t j = 0; j < weights.size(); ++j) {
      for (std::size_t t = 0; t < rest.size(); ++t) {
        rest[t] -= weights[j] * columns_of_levels[j][t];
      }
    }
    const auto [least, most] = std::ranges::minmax_element(rest);
    if (*most - *least <= kArimaExact) std::ranges::fill(rest, 0);
    return rest;
  }

  void take_differences(const ArimaOrders& orders, std::size_t period) {
    const std::vector<double> differences =
        differenced(differenced(values, orders.D, period), orders.d, 1);
    left_unit = arima_unit(largest_magnitude(differences));
    left = divided(differences, left_unit);
    take_columns(orders, period);
  }

  // For a model with a constant, whose search would see small moves beside a high level badly.
  void take_level() {
    const double mean = mean_from_first(left);
    for (double& value : left) value -= mean;
    level = mean * left_unit;
    const double rest = arima_unit(largest_magnitude(left));
    left = divided(left, rest);
    left_unit *= rest;
  }

  void take_columns(const ArimaOrders& orders, std::size_t period) {
    columns =
        regressors().columns > 0 ? ArimaColumns{regressors(), orders, period} : ArimaColumns{};
  }

  [[nodiscard]] double enough() const {
    const double error = kArimaExact / left_unit;
    return error * error * static_cast<double>(left.size());
  }
};

bool has_season(std::size_t n, std::size_t period) {
  return period > 1 && period <= kArimaPeriodMax && n > 2 * period;
}

// The differences of the automatic choice, and the largest of its orders.
ArimaOrders limits_of(const ArimaSeries& series, std::size_t period) {
  const std::size_t n = series.values.size();
  const std::vector<double> values = series.unexplained();
  ArimaOrders limits{.p = std::min(kArimaOrderMax, n / 3), .q = std::min(kArimaOrderMax, n / 3)};
  if (has_season(n, period)) {
    limits.P = std::min(kArimaSeasonalMax, n / 3 / period);
    limits.Q = limits.P;
    limits.D = seasonal_strength(values, period) > kStrongSeason ? 1 : 0;
  }
  limits.d = differences_needed(differenced(values, limits.D, period));
  limits.constant = limits.d + limits.D <= 1;
  return limits;
}

void start_along(ArimaModel& model) {
  const ArmaProcess<double>& process = model.process;
  ArimaStart<double> start{process.ar.longest, process.ma.longest};
  model.filter = ArimaFilter<double>{start.of(process.ar, process.ma), process.ar};
  model.newest.assign(arima_lost(model.orders, model.period), 0);
  model.n = 0;
  model.errors = {};
}

// Along the newest of the values.
ArimaModel model_of_fit(const ArimaSeries& series, const ArimaFit& fit, std::size_t period,
                        std::span<const double> all) {
  ArimaModel model{.orders = fit.orders, .period = period};
  model.factors = factors_of(fit.orders, fit.at);
  const std::span<const double> weights =
      std::span{fit.at}.subspan(arima_parameters(fit.orders), series.columns.size());
  if (fit.orders.constant) model.factors.mean -= series.columns.mean_of(weights);
  model.factors.mean *= series.left_unit * series.unit;
  model.factors.mean += series.level * series.unit;
  model.effects = series.columns.effects(weights);
  for (double& effect : model.effects) effect *= series.left_unit * series.unit;
  model.effects.resize(series.regressors().columns);
  if (series.waves) model.seasons = series.waves->seasons(model.effects);
  model.effects.resize(series.rows.columns);
  model.process = process_of(model.factors, period);
  model.differences = difference_terms(fit.orders, period);
  model.skipped = all.size() - series.values.size();
  if (!fit.is_exact) {
    const double of_unit = 2 * static_cast<double>(series.left.size()) *
                           (std::log(series.left_unit) + std::log(series.unit));
    model.log_likelihood = -(fit.criterion + of_unit) / 2;
    if (std::isfinite(fit.aicc)) model.aicc = fit.aicc + of_unit;
  }
  start_along(model);
  const std::span<const double> used = all.subspan(model.skipped);
  return absorbed(std::move(model), used, series.rows);
}

// What no longer moves needs no search.
ArimaFit still_fit(const ArimaSeries& series, const ArimaOrders& limits) {
  ArimaFit fit{.orders = {.d = limits.d, .D = limits.D, .constant = limits.constant},
               .is_exact = true};
  fit.at[0] = limits.constant ? mean_from_first(series.left) : 0;
  return fit;
}

[[noreturn]] void refuse_orders(const std::string& field, std::size_t value,
                                const std::string& rule) {
  throw Error{ErrorKind::invalid_input,
              "the ARIMA cannot be fitted: " + field + " is " + std::to_string(value) +
                  ", but must be " + rule,
              {.field = field, .value = std::to_string(value), .rule = rule}};
}

void check_covariates(KnownRows rows) {
  if (rows.columns <= kArimaColumnsMax) return;
  const std::string have = std::to_string(rows.columns);
  const std::string rule = "at most " + std::to_string(kArimaColumnsMax);
  throw Error{ErrorKind::invalid_input,
              "auto_arima cannot use " + have + " covariates, but " + rule,
              {.field = "covariates", .value = have, .rule = rule}};
}

void check_orders(const ArimaOrders& o, const ArimaSeries& series, std::size_t period) {
  const auto check = [](const std::string& field, std::size_t value, std::size_t most) {
    if (value > most) refuse_orders(field, value, "at most " + std::to_string(most));
  };
  check("p", o.p, kArimaOrderMax);
  check("q", o.q, kArimaOrderMax);
  check("P", o.P, kArimaSeasonalMax);
  check("Q", o.Q, kArimaSeasonalMax);
  check("d", o.d, kArimaDifferencesMax);
  check("D", o.D, 1);
  check("constant", o.constant ? 1 : 0, o.d + o.D <= 1 ? 1 : 0);
  if (o.P + o.D + o.Q > 0 && (period < 2 || period > kArimaPeriodMax)) {
    refuse_orders("period", period, "from 2 to " + std::to_string(kArimaPeriodMax));
  }
  check_length("arima", series.values.size(),
               arima_lost(o, period) + arima_parameters(o) + series.rows.columns + 2);
}

}  // namespace

bool ArimaModel::is_whole() const {
  constexpr std::size_t kReachMax = kArimaOrderMax + kArimaSeasonalMax * kArimaPeriodMax;
  return period >= 1 && period <= kArimaPeriodMax && newest.size() == arima_lost(orders, period) &&
         differences.longest <= newest.size() &&
         std::max(process.ar.longest, process.ma.longest) <= kReachMax &&
         filter.predictions().size() == std::max(process.ar.longest, process.ma.longest);
}

double ArimaModel::next_left() const {
  if (n < newest.size()) return n > 0 ? newest[n - 1] : 0;
  double point = process.mean + filter.next();
  for (std::size_t i = 0; i < differences.count; ++i) {
    point += differences.weights[i] * newest[(n - differences.lags[i]) % newest.size()];
  }
  return point;
}

double ArimaModel::added(KnownRow row, std::size_t ahead) const {
  double sum = effect_of(effects, row);
  for (const WaveEffects& season : seasons) sum += season.at(n + ahead);
  return sum;
}

void ArimaModel::absorb(double value, KnownRow row) {
  const double left = value - added(row, 0);
  if (n >= newest.size()) {
    const double error = left - next_left();
    errors.add(error / std::sqrt(filter.variance()));
    filter.absorb(error + filter.next());
    if (errors.count % 8 == 0) filter.settle();
  }
  if (!newest.empty()) newest[n % newest.size()] = left;
  ++n;
}

namespace {

ArimaSearch search_of(const ArimaSeries& series, const ArimaOrders& orders, std::size_t period) {
  return ArimaSearch{series.left,
                     {.period = period,
                      .d = orders.d,
                      .D = orders.D,
                      .enough = series.enough(),
                      .check = series.check},
                     series.columns};
}

// The best of the rounds; `series` has its waves then.
ArimaFit fit_of_waves(ArimaSeries& series, const WaveTask& task, const ArimaOrders& limits) {
  const std::size_t period = task.period;
  ArimaOrders first = limits;
  first.p = std::min(kGuideOrder, limits.p);
  first.q = std::min(kGuideOrder, limits.q);
  first.P = std::min(kGuideSeasonal, limits.P);
  first.Q = std::min(kGuideSeasonal, limits.Q);
  ArimaFit best = search_of(series, limits, period).guide_of(first);
  WaveCounts pairs = most_pairs(task);
  best.aicc = std::numeric_limits<double>::infinity();  // it is no candidate
  for (std::size_t round = 0; round < kWaveRounds; ++round) {
    const WaveCounts chosen = chosen_pairs(task, best, series.left);
    if (round > 0 && chosen == pairs) break;
    ArimaSeries other = series;
    other.waves = WaveRows{task, chosen};
    other.take_columns(limits, period);
    const ArimaFit fit = search_of(other, limits, period).best_beside(limits, best);
    if (round > 0 && !(fit.aicc < best.aicc)) break;
    series = std::move(other);
    best = fit;
    pairs = chosen;
  }
  return best;
}

// Those of which there are two, and a value more.
std::vector<std::size_t> usable_seasons(std::size_t n, std::span<const std::size_t> seasons) {
  std::vector<std::size_t> usable;
  for (const std::size_t season : seasons) {
    if (season > 1 && n > 2 * season) usable.push_back(season);
  }
  return usable;
}

}  // namespace

ArimaModel fit_auto_arima(std::span<const double> values, std::size_t period, KnownRows rows) {
  return fit_auto_arima(values, std::span{&period, 1}, rows);
}

ArimaModel fit_auto_arima(std::span<const double> values, std::span<const std::size_t> seasons,
                          KnownRows rows, const StopCheck& check) {
  check_length("auto_arima", values.size(), arima_needs(rows.columns));
  check_covariates(rows);
  ArimaSeries series{values, rows};
  series.check = check;
  const std::vector<std::size_t> usable = usable_seasons(series.values.size(), seasons);
  const bool is_short = !usable.empty() && usable.front() <= kArimaPeriodMax;
  const WaveTask task{.known = series.rows,
                      .steps = series.values.size(),
                      .seasons = std::span{usable}.subspan(is_short ? 1 : 0),
                      .period = is_short ? usable.front() : 1};
  if (!task.seasons.empty()) series.waves = WaveRows{task, most_pairs(task)};
  ArimaOrders limits = limits_of(series, task.period);
  // So few values tell no mean; the last of them is the safer guess.
  constexpr std::size_t kValuesForMean = 5;
  if (limits.d + limits.D == 0 && series.values.size() < kValuesForMean) limits.d = 1;
  series.take_differences(limits, task.period);
  if (is_still(series.left, 1 / series.left_unit)) {
    return model_of_fit(series, still_fit(series, limits), task.period, values);
  }
  const ArimaFit fit = series.waves ? fit_of_waves(series, task, limits)
                                    : search_of(series, limits, task.period).best(limits);
  return model_of_fit(series, fit, task.period, values);
}

ArimaModel fit_arima(std::span<const double> values, const ArimaOrders& orders, std::size_t period,
                     KnownRows rows) {
  check_covariates(rows);
  ArimaSeries series{values, rows};
  const std::size_t season = orders.P + orders.D + orders.Q > 0 ? period : 1;
  check_orders(orders, series, season);
  series.take_differences(orders, season);
  if (orders.constant) series.take_level();
  return model_of_fit(series, search_of(series, orders, season).fit(orders), season, values);
}

ArimaModel started(const ArimaModel& model) {
  ArimaModel start = model;
  start_along(start);
  return start;
}

std::size_t fitted(const ArimaModel& model) {
  const auto effects =
      std::ranges::count_if(model.effects, [](double effect) { return effect != 0; });
  std::size_t sum = arima_parameters(model.orders) + static_cast<std::size_t>(effects);
  for (const WaveEffects& season : model.seasons) sum += season.columns;
  return sum;
}

namespace {

// The coming values of the process, less its mean.
std::vector<double> process_ahead(const ArimaModel& model, std::size_t horizon) {
  const std::span<const double> known = model.filter.predictions();
  std::vector<double> ahead{known.begin(), known.end()};
  ahead.resize(std::max(horizon, known.size()));
  const ArimaTerms<double>& ar = model.process.ar;
  for (std::size_t h = known.size(); h < horizon; ++h) {
    for (std::size_t i = 0; i < ar.count; ++i) ahead[h] += ar.weights[i] * ahead[h - ar.lags[i]];
  }
  return ahead;
}

// What one error does to the values 0, 1, ... steps later.
std::vector<double> effects_of_error(const ArimaModel& model, std::size_t horizon) {
  std::vector<double> effects(horizon);
  effects[0] = 1;
  const ArmaProcess<double>& process = model.process;
  for (std::size_t j = 0; j < process.ma.count; ++j) {
    if (process.ma.lags[j] < horizon) effects[process.ma.lags[j]] -= process.ma.weights[j];
  }
  for (const ArimaTerms<double>* terms : {&process.ar, &model.differences}) {
    for (std::size_t h = 1; h < horizon; ++h) {
      for (std::size_t i = 0; i < terms->count; ++i) {
        if (terms->lags[i] <= h) effects[h] += terms->weights[i] * effects[h - terms->lags[i]];
      }
    }
  }
  return effects;
}

// Of what covariates and seasons leave.
Path path_left(const ArimaModel& model, std::size_t horizon) {
  const std::size_t lost = model.newest.size();
  Path path = flat_path(model.next_left(), model.errors.deviation(fitted(model)), horizon);
  if (model.n < lost) return path;
  const std::vector<double> ahead = process_ahead(model, horizon);
  const ArimaTerms<double>& differences = model.differences;
  for (std::size_t h = 1; h < horizon; ++h) {
    double point = model.process.mean + ahead[h];
    for (std::size_t i = 0; i < differences.count; ++i) {
      const std::size_t lag = differences.lags[i];
      point += differences.weights[i] *
               (lag <= h ? path.points[h - lag] : model.newest[(model.n + h - lag) % lost]);
    }
    path.points[h] = point;
  }
  if (path.deviations.empty()) return path;
  const std::vector<double> effects = effects_of_error(model, horizon);
  double variance = 0;  // in units of that of one step
  for (std::size_t h = 0; h < horizon; ++h) {
    variance += effects[h] * effects[h];
    path.deviations[h] *= std::sqrt(variance);
  }
  return path;
}

}  // namespace

Path forecast(const ArimaModel& model, std::size_t horizon, KnownRows rows) {
  Path path = path_left(model, horizon);
  for (std::size_t h = 0; h < horizon; ++h) path.points[h] += model.added(rows.at(h), h);
  return path;
}

OneStep one_step(const ArimaModel& model, std::span<const double> values, KnownRows rows) {
  return errors_since_start(model, values, model.newest.size(), rows);
}

}  // namespace shelduck::forecast
