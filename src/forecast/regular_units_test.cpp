// What a change of unit or of zero does to the models of regular series whose form is held fixed.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "shelduck/forecast/arima/arima.hpp"
#include "shelduck/forecast/ces/ces.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/series_for_test.hpp"
#include "shelduck/forecast/smoothing/ets_for_test.hpp"
#include "shelduck/forecast/theta/theta.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kUnitSeason = 4;
constexpr std::size_t kUnitSteps = 8;

// A model of a fixed form.
struct FixedModel {
  std::string name;
  std::function<Path(const std::vector<double>&)> path;
};

FixedModel of_kind(RegularModel kind) {
  return {std::string(to_string(kind)), [kind](const std::vector<double>& values) {
            const RegularSeries series{
                .values = values, .period = kUnitSeason, .horizon = kUnitSteps};
            return forecast(std::get<TrainedRegular>(fit(series, kind)), kUnitSteps);
          }};
}

template <class Fit>
FixedModel of_form(std::string name, Fit fit) {
  return {std::move(name),
          [fit](const std::vector<double>& values) { return forecast(fit(values), kUnitSteps); }};
}

const std::array kUnitOrders{ArimaOrders{.p = 1, .constant = true},
                             ArimaOrders{.p = 2, .q = 1, .constant = true},
                             ArimaOrders{.d = 1, .q = 1, .constant = true},
                             ArimaOrders{.d = 1, .q = 1, .D = 1},
                             ArimaOrders{.d = 1, .q = 1, .D = 1, .Q = 1},
                             ArimaOrders{.p = 1, .P = 1, .D = 1, .constant = true},
                             ArimaOrders{.p = 1, .d = 2}};

std::vector<FixedModel> arimas() {
  std::vector<FixedModel> models;
  for (const ArimaOrders& orders : kUnitOrders) {
    models.push_back(of_form(to_string(orders, kUnitSeason), [=](const auto& values) {
      return fit_arima(values, orders, kUnitSeason);
    }));
  }
  return models;
}

FixedModel smoothing(const std::string& form) {
  return of_form(form, [=](const auto& values) {
    return fit_exponential_smoothing(values, form_named(form), kUnitSeason);
  });
}

std::vector<FixedModel> every_form() {
  using enum RegularModel;
  std::vector<FixedModel> models = arimas();
  for (const RegularModel kind : {naive, naive2, seasonal_naive, mean, median, drift, growth, ses,
                                  holt, croston, tsb, nlinear, mstl, prophet}) {
    models.push_back(of_kind(kind));
  }
  for (const ThetaForm form : {ThetaForm::stm, ThetaForm::otm, ThetaForm::dstm, ThetaForm::dotm}) {
    models.push_back(
        of_form("theta " + std::to_string(static_cast<int>(form)),
                [=](const auto& values) { return fit_theta(values, form, kUnitSeason); }));
  }
  for (const CesForm form : {CesForm::none, CesForm::simple, CesForm::partial, CesForm::full}) {
    models.push_back(
        of_form("ces " + std::to_string(static_cast<int>(form)),
                [=](const auto& values) { return fit_ces(values, form, kUnitSeason); }));
  }
  for (const std::string name : kEtsNames) models.push_back(smoothing(name));
  return models;
}

// A level that drifts and wanders, with a season.
std::vector<double> wandering(unsigned seed) {
  std::vector<double> values = drifting_series(60, seed);
  for (std::size_t t = 0; t < values.size(); ++t) values[t] += 10 * season_wave(t, kUnitSeason);
  return values;
}

// The largest distance of a point of values x factor + shift from where it should be, in units of
// the seasonal difference.
double worst_miss(const FixedModel& model, double factor, double shift) {
  double worst = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    const std::vector<double> values = wandering(seed);
    std::vector<double> moved = values;
    for (double& value : moved) value = value * factor + shift;
    const Path path = model.path(values);
    const Path other = model.path(moved);
    const double unit = factor * difference_scale(values, kUnitSeason);
    for (std::size_t h = 0; h < kUnitSteps; ++h) {
      const double expected = path.points[h] * factor + shift;
      worst = std::max(worst, std::abs(other.points[h] - expected) / unit);
    }
  }
  return worst;
}

TEST(RegularUnits, OfAnyFactorChangeNothingElse) {
  for (const FixedModel& model : every_form()) {
    for (const double factor : {0.001, 0.3, 3.0, 1234.5}) {
      EXPECT_LE(worst_miss(model, factor, 0), 1e-6) << model.name << " x " << factor;
    }
  }
}

TEST(RegularUnits, OfAnyZeroChangeNothingElse) {
  using enum RegularModel;
  std::vector<FixedModel> models = arimas();
  for (const RegularModel kind : {naive, seasonal_naive, mean, median, drift, ses, holt, nlinear}) {
    models.push_back(of_kind(kind));
  }
  for (const std::string form : {"A,N,N", "A,A,N", "A,Ad,N", "A,N,A", "A,A,A", "A,Ad,A"}) {
    models.push_back(smoothing(form));
  }
  for (const FixedModel& model : models) {
    for (const double shift : {-4096.0, -80.3, 17.7, 1000.0}) {
      EXPECT_LE(worst_miss(model, 1, shift), 1e-6) << model.name << " + " << shift;
    }
  }
}

}  // namespace
}  // namespace shelduck::forecast
