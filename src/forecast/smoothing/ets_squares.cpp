#include "shelduck/forecast/smoothing/ets_squares.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "shelduck/forecast/smoothing/ets_tangents.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kEtsWeightMin = 1e-4;
constexpr double kEtsWeightMax = 0.9999;
constexpr double kEtsPhiMin = 0.8;
constexpr double kEtsPhiMax = 0.98;
constexpr double kCalmSlope = 0.2;
constexpr double kNotAdmissible = std::numeric_limits<double>::infinity();

double neutral_index(EtsSeason season) { return season == EtsSeason::multiplicative ? 1 : 0; }

template <EtsError kError>
class EtsErrors {
 public:
  // Whether the forecast is one that the form can have.
  bool add(const EtsMove& move) {
    double error = move.error;
    if constexpr (kError == EtsError::multiplicative) {
      if (!(move.forecast > kEtsForecastMin)) {
        return false;
      }
      error /= move.forecast;
      forecasts_.multiply(move.forecast);
    }
    sum_ += error * error;
    return true;
  }

  [[nodiscard]] double sum(std::size_t n) const {
    return kError == EtsError::additive
               ? sum_
               : sum_ * std::exp(2 * forecasts_.log() / static_cast<double>(n));
  }

 private:
  double sum_ = 0;
  EtsLogProduct forecasts_{};
};

// A base that is not positive then has such a forecast.
template <EtsSeason kSeason>
bool is_admissible(const EtsPlace& place) {
  return kSeason != EtsSeason::multiplicative ||
         (place.index > kEtsIndexMin && place.index < kEtsIndexMax);
}

template <EtsError kError, bool kTrend, EtsSeason kSeason>
double squares_along(const EtsRun& run) {
  EtsWalk<kTrend, kSeason> walk{run};
  EtsErrors<kError> errors;
  for (const double value : run.values) {
    const EtsPlace place = walk.place();
    const EtsMove move = ets_move<kSeason>(value, place);
    if (!is_admissible<kSeason>(place) || !errors.add(move)) {
      return kNotAdmissible;
    }
    walk.go_on(place, move);
  }
  return errors.sum(run.values.size());
}

// Calls with the three parts of the form as constants.
template <EtsError kError, bool kTrend, class Call>
auto with_season(EtsSeason season, const Call& call) {
  switch (season) {
    case EtsSeason::none:
      return call.template operator()<kError, kTrend, EtsSeason::none>();
    case EtsSeason::additive:
      return call.template operator()<kError, kTrend, EtsSeason::additive>();
    case EtsSeason::multiplicative:
      break;
  }
  return call.template operator()<kError, kTrend, EtsSeason::multiplicative>();
}

template <class Call>
auto with_form(const EtsForm& form, const Call& call) {
  const bool trend = form.trend != Trend::none;
  if (form.error == EtsError::additive) {
    return trend ? with_season<EtsError::additive, true>(form.season, call)
                 : with_season<EtsError::additive, false>(form.season, call);
  }
  return trend ? with_season<EtsError::multiplicative, true>(form.season, call)
               : with_season<EtsError::multiplicative, false>(form.season, call);
}

}  // namespace

EtsSquares::EtsSquares(const EtsSetting& setting, std::span<const double> values)
    : setting_(setting),
      values_(values),
      parameters_(ets_parameters(setting.form)),
      states_(ets_states(setting.form, setting.period)) {
  lower_.fill(kEtsWeightMin);
  upper_.fill(kEtsWeightMax);
  const EtsPlaces places = ets_places(setting.form);
  if (setting.form.trend != Trend::none && setting.region == EtsRegion::calm) {
    const auto period = static_cast<double>(std::max<std::size_t>(setting.period, 1));
    upper_.at(places.beta) = std::max(kCalmSlope / period, kEtsWeightMin);
  }
  if (setting.form.trend == Trend::damped) {
    lower_.at(places.phi) = kEtsPhiMin;
    upper_.at(places.phi) = kEtsPhiMax;
  }
}

Walls EtsSquares::walls() const noexcept {
  return {.lower = std::span{lower_}.first(parameters_),
          .upper = std::span{upper_}.first(parameters_)};
}

EtsUnknowns EtsSquares::unknowns_of(const EtsCourse& course) const {
  const EtsPlaces places = ets_places(setting_.form);
  const EtsWeights& w = course.weights;
  const bool usual = setting_.region == EtsRegion::usual;
  const bool free = setting_.region == EtsRegion::box;
  EtsUnknowns at{};
  at[0] = std::clamp(w.alpha, kEtsWeightMin, kEtsWeightMax);
  if (places.beta < kUnknownsMax) {
    at[places.beta] = usual ? w.beta / at[0] : w.beta;
    at[places.slope] = course.start.slope;
  }
  if (places.gamma < kUnknownsMax) {
    at[places.gamma] = free ? w.gamma : w.gamma / (1 - at[0]);
    std::copy_n(course.start.season.begin(), setting_.period - 1, at.begin() + places.season);
  }
  if (places.phi < kUnknownsMax) {
    at[places.phi] = w.phi;
  }
  for (std::size_t i = 0; i < parameters_; ++i) {
    at[i] = std::clamp(at[i], lower_[i], upper_[i]);
  }
  at[places.level] = course.start.level;
  return at;
}

EtsCourse EtsSquares::course_of(std::span<const double> at) const {
  const EtsPlaces places = ets_places(setting_.form);
  const bool usual = setting_.region == EtsRegion::usual;
  const bool free = setting_.region == EtsRegion::box;
  EtsCourse course;
  EtsWeights& w = course.weights;
  w.alpha = at[0];
  course.start.level = at[places.level];
  if (setting_.form.trend != Trend::none) {
    w.beta = usual ? w.alpha * at[places.beta] : at[places.beta];
    course.start.slope = at[places.slope];
  }
  if (setting_.form.trend == Trend::damped) {
    w.phi = at[places.phi];
  }
  if (setting_.form.season != EtsSeason::none) {
    w.gamma = free ? at[places.gamma] : (1 - w.alpha) * at[places.gamma];
    double last = neutral_index(setting_.form.season) * static_cast<double>(setting_.period);
    for (std::size_t phase = 0; phase + 1 < setting_.period; ++phase) {
      course.start.season[phase] = at[places.season + phase];
      last -= course.start.season[phase];
    }
    course.start.season[setting_.period - 1] = last;
  }
  return course;
}

double EtsSquares::squares(std::span<const double> at) {
  const EtsCourse course = course_of(at);
  const EtsRun run{.period = setting_.period, .values = values_, .course = course};
  return with_form(setting_.form, [&]<EtsError kError, bool kTrend, EtsSeason kSeason>() {
    return squares_along<kError, kTrend, kSeason>(run);
  });
}

const NormalEquations& EtsSquares::linearise(std::span<const double> at) {
  const EtsCourse course = course_of(at);
  const EtsRun run{.period = setting_.period, .values = values_, .course = course};
  with_form(setting_.form, [&]<EtsError kError, bool kTrend, EtsSeason kSeason>() {
    EtsTangents<kError, kTrend, kSeason>{run, setting_}.sum_into(equations_);
  });
  return equations_;
}

double ets_criterion(double squares, std::size_t n) {
  return static_cast<double>(n) * std::log(squares);
}

}  // namespace shelduck::forecast
