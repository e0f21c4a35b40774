#include "shelduck/forecast/smoothing/holt.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "shelduck/forecast/optimise/nelder_mead.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kWeightMin = 1e-4;
constexpr double kWeightMax = 0.9999;
constexpr double kPhiMin = 0.8;
constexpr double kPhiMax = 0.98;
// alpha, beta and phi near those where the reference implementations start. The lowest of all
// minima, searched from 35 starts, forecast no better: on the last horizon of the train parts of
// six sets (yearly M1, M3, M4, tourism; M3 quarterly; M4 weekly) the geometric mean of the ratios
// of its MASE was 1.01.
constexpr std::array kSlowStart{0.2, 0.1, 0.97};
// Below this share of its scale a determinant is rounding alone.
constexpr double kSingular = 1e-12;

struct Weights {
  double alpha;
  double beta;
  double phi;
};

struct Start {
  double level;
  double slope;
};

std::size_t parameters_of(Trend trend) {
  switch (trend) {
    case Trend::none:
      return 1;
    case Trend::additive:
      return 2;
    case Trend::damped:
      break;
  }
  return 3;
}

std::size_t states_of(Trend trend) { return trend == Trend::none ? 1 : 2; }

Weights weights_of(std::span<const double> at) {
  return {.alpha = at[0], .beta = at.size() > 1 ? at[1] : 0, .phi = at.size() > 2 ? at[2] : 1};
}

// One recursion; the error of the value is given back.
struct Recursion {
  double level;
  double slope;

  double step(const Weights& w, double value) {
    const double trend = w.phi * slope;
    const double error = value - (level + trend);
    level += trend + w.alpha * error;
    slope = trend + w.alpha * w.beta * error;
    return error;
  }
};

// e_t = a_t + level c_t + slope d_t, where a is the error of a start at 0 and c and d those of a
// start at 1 when every value is 0. Least squares over level and slope.
Start best_start(const Weights& w, std::span<const double> values, std::size_t states) {
  Recursion a{0, 0};
  Recursion c{1, 0};
  Recursion d{0, 1};
  double cc = 0;
  double cd = 0;
  double dd = 0;
  double ac = 0;
  double ad = 0;
  for (const double value : values) {
    const double ea = a.step(w, value);
    const double ec = c.step(w, 0);
    const double ed = d.step(w, 0);
    cc += ec * ec;
    cd += ec * ed;
    dd += ed * ed;
    ac += ea * ec;
    ad += ea * ed;
  }
  const double determinant = cc * dd - cd * cd;
  if (states == 1 || determinant <= kSingular * cc * dd) {
    return {.level = -ac / cc, .slope = 0};
  }
  return {.level = (ad * cd - ac * dd) / determinant, .slope = (ac * cd - ad * cc) / determinant};
}

double sum_of_squares(const Weights& w, std::span<const double> values, const Start& start) {
  Recursion recursion{start.level, start.slope};
  double sum = 0;
  for (const double value : values) {
    const double error = recursion.step(w, value);
    sum += error * error;
  }
  return sum;
}

// Values minus the first one in a unit near their range, so that neither a shift nor a factor
// changes the search.
struct Standardised {
  double origin;
  double unit;  // a power of two
  std::vector<double> values;
};

Standardised standardised(std::span<const double> values) {
  Standardised result{.origin = values.front(), .unit = 1, .values = {}};
  double range = 0;
  for (const double value : values) {
    result.values.push_back(value - result.origin);
    range = std::max(range, std::abs(result.values.back()));
  }
  if (range > 0) {
    result.unit = std::scalbn(1.0, std::ilogb(range));
  }
  for (double& value : result.values) {
    value /= result.unit;
  }
  return result;
}

Box box_of(Trend trend) {
  Box box{.lower = {kWeightMin, kWeightMin, kPhiMin}, .upper = {kWeightMax, kWeightMax, kPhiMax}};
  box.lower.resize(parameters_of(trend));
  box.upper.resize(parameters_of(trend));
  return box;
}

}  // namespace

void HoltModel::absorb(double value) {
  Recursion recursion{level, slope};
  errors.add(recursion.step({.alpha = alpha, .beta = beta, .phi = phi}, value));
  level = recursion.level;
  slope = recursion.slope;
  ++n;
}

std::size_t values_needed(Trend trend) noexcept {
  return parameters_of(trend) + states_of(trend) + 1;
}

HoltModel fit_holt(std::span<const double> values, Trend trend) {
  check_length(trend == Trend::none ? "ses" : "holt", values.size(), values_needed(trend));
  const std::span<const double> newest = values.last(std::min(values.size(), kIterativeValuesMax));
  const Standardised standard = standardised(newest);
  const std::size_t states = states_of(trend);
  const Objective objective = [&](std::span<const double> at) {
    const Weights w = weights_of(at);
    return sum_of_squares(w, standard.values, best_start(w, standard.values, states));
  };
  const Minimum minimum =
      minimise(objective, std::span{kSlowStart}.first(parameters_of(trend)), box_of(trend));
  const Weights w = weights_of(minimum.at);
  const Start start = best_start(w, standard.values, states);
  HoltModel model{.trend = trend, .alpha = w.alpha, .beta = w.beta, .phi = w.phi};
  model.initial_level = standard.origin + standard.unit * start.level;
  model.initial_slope = standard.unit * start.slope;
  model.level = model.initial_level;
  model.slope = model.initial_slope;
  model.skipped = values.size() - newest.size();
  return absorbed(model, newest);
}

Path forecast(const HoltModel& model, std::size_t horizon) {
  Path path = flat_path(model.level, model.errors.deviation(fitted(model)), horizon);
  double damping = 1;
  double weight_of_slope = 0;  // phi + ... + phi^h
  double variance = 1;         // in units of that of one step
  for (std::size_t h = 0; h < horizon; ++h) {
    damping *= model.phi;
    weight_of_slope += damping;
    path.points[h] += weight_of_slope * model.slope;
    if (!path.deviations.empty()) {
      path.deviations[h] *= std::sqrt(variance);
    }
    const double reach = model.alpha * (1 + model.beta * weight_of_slope);
    variance += reach * reach;
  }
  return path;
}

HoltModel started(const HoltModel& model) {
  HoltModel start = model;
  start.level = model.initial_level;
  start.slope = model.initial_slope;
  start.n = 0;
  start.errors = {};
  return start;
}

std::size_t fitted(const HoltModel& model) {
  return parameters_of(model.trend) + states_of(model.trend);
}

OneStep one_step(const HoltModel& model, std::span<const double> values) {
  return errors_since_start(model, values);
}

}  // namespace shelduck::forecast
