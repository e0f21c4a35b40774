#include "shelduck/forecast/smoothing/ets_search.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "shelduck/forecast/smoothing/ets_move.hpp"
#include "shelduck/forecast/smoothing/ets_start.hpp"

namespace shelduck::forecast {
namespace {

constexpr double kExactError = 1e-12;
// A search ends when a step lowers the sum by less: n times this in the criterion.
constexpr double kEtsGain = 1e-5;
// Where the sum is as low as its rounding lets it be told: the end is the same in any unit.
constexpr double kPolishedGain = 1e-15;
constexpr std::size_t kPolishingSteps = 200;

// Of slow weights, which the past seldom contradicts at once, and of fast ones: sums of squares
// often have a valley at either end.
constexpr EtsWeights kSlowWeights{.alpha = 0.1, .beta = 0.01, .gamma = 0.01, .phi = 0.97};
constexpr EtsWeights kFastWeights{.alpha = 0.7, .beta = 0.2, .gamma = 0.1, .phi = 0.95};
// Where a slope is added to a form that had none, or is damped.
constexpr double kFirstBeta = 1e-3;
constexpr double kFirstPhi = 0.97;

double ets_aicc(double criterion, const EtsForm& form, std::size_t period, std::size_t n) {
  const auto k = static_cast<double>(ets_parameters(form) + ets_states(form, period) + 1);
  const double rest = static_cast<double>(n) - k - 1;
  return rest > 0 ? criterion + 2 * k + 2 * k * (k + 1) / rest
                  : std::numeric_limits<double>::infinity();
}

std::size_t place_of(const EtsForm& form) {
  return (static_cast<std::size_t>(form.error) * 3 + static_cast<std::size_t>(form.trend)) * 3 +
         static_cast<std::size_t>(form.season);
}

// The same with additive errors has all but the same course.
bool has_additive_twin(const EtsForm& form) {
  return form.error == EtsError::multiplicative && form.season != EtsSeason::multiplicative;
}

// Of those that a rough fit leaves out.
bool has_more_starts(const EtsForm& form) {
  return form.trend != Trend::none && !has_additive_twin(form);
}

}  // namespace

EtsSearch::EtsSearch(std::span<const double> values, std::size_t period, EtsRegion region,
                     StopCheck check)
    : period_(period), region_(region), check_(std::move(check)), origin_(values.front()) {
  double size = 0;
  double range = 0;
  for (const double value : values) {
    size = std::max(size, std::abs(value));
    range = std::max(range, std::abs(value - origin_));
  }
  unit_ = size > 0 ? std::scalbn(1.0, std::ilogb(size)) : 1;
  range_ = range / unit_;
  for (const double value : values) {
    plain_.push_back(value / unit_);
    centred_.push_back((value - origin_) / unit_);
  }
  EtsLogProduct product;
  for (const double value : plain_) {
    product.multiply(std::max(value, kEtsForecastMin));
  }
  mean_ = std::exp(product.log() / static_cast<double>(plain_.size()));
}

const EtsFit& EtsSearch::rough(const EtsForm& form) {
  std::optional<EtsFit>& known = rough_.at(place_of(form));
  if (!known) {
    EtsFit fit = lowest_from(form, starts_elsewhere(form));
    known = fit.is_possible ? fit : lowest_from(form, own_starts(form));
  }
  return *known;
}

const EtsFit& EtsSearch::fit(const EtsForm& form) {
  std::optional<EtsFit>& known = fits_.at(place_of(form));
  if (!known) {
    EtsFit best = rough(form);
    if (has_more_starts(form)) {
      const EtsFit other = lowest_from(form, own_starts(form));
      if (other.criterion < best.criterion) best = other;
    }
    known = best;
  }
  return *known;
}

EtsCourse EtsSearch::course_of(const EtsFit& fit) const {
  EtsCourse course = fit.course;
  course.start.level = origin_of(fit.form) + unit_ * course.start.level;
  course.start.slope *= unit_;
  if (fit.form.season == EtsSeason::additive) {
    for (double& index : course.start.season) {
      index *= unit_;
    }
  }
  return course;
}

double EtsSearch::criterion_of_unit() const {
  return 2 * static_cast<double>(plain_.size()) * std::log(unit_);
}

double EtsSearch::origin_of(const EtsForm& form) const noexcept {
  return form.error == EtsError::additive ? origin_ : 0;
}

std::span<const double> EtsSearch::values_of(const EtsForm& form) const noexcept {
  return form.error == EtsError::additive ? centred_ : plain_;
}

std::optional<EtsCourse> EtsSearch::same_with_additive_errors(const EtsForm& form) {
  if (!has_additive_twin(form)) return std::nullopt;
  EtsForm relative = form;
  relative.error = EtsError::additive;
  return moved_from(relative, form);
}

// Begins as good as the form without the slope, or without its damping, all but ends.
std::optional<EtsCourse> EtsSearch::same_with_less_trend(const EtsForm& form) {
  if (form.trend == Trend::none) {
    return std::nullopt;
  }
  const bool damped = form.trend == Trend::damped;
  EtsForm relative = form;
  relative.trend = damped ? Trend::additive : Trend::none;
  std::optional<EtsCourse> course = moved_from(relative, form);
  if (course && !damped) {
    course->weights.beta = kFirstBeta;
  }
  if (course) {
    course->weights.phi = kFirstPhi;
  }
  return course;
}

// Nothing where `relative` cannot describe the values.
std::optional<EtsCourse> EtsSearch::moved_from(const EtsForm& relative, const EtsForm& form) {
  const EtsFit& known = rough(relative);
  if (!known.is_possible) {
    return std::nullopt;
  }
  EtsCourse course = known.course;
  course.start.level += (origin_of(relative) - origin_of(form)) / unit_;
  return course;
}

double EtsSearch::exact_sum(const EtsForm& form) const noexcept {
  const double error = kExactError * (form.error == EtsError::additive ? range_ : mean_);
  return error * error * static_cast<double>(plain_.size());
}

// The ends of other forms, from which this one begins all but where they ended.
std::vector<EtsCourse> EtsSearch::starts_elsewhere(const EtsForm& form) {
  std::vector<EtsCourse> starts;
  if (const auto course = same_with_additive_errors(form)) starts.push_back(*course);
  if (const auto course = same_with_less_trend(form)) starts.push_back(*course);
  return starts;
}

std::array<EtsCourse, 2> EtsSearch::own_starts(const EtsForm& form) const {
  const EtsState start =
      ets_start({.form = form, .period = period_, .region = region_}, values_of(form));
  return {EtsCourse{.weights = kSlowWeights, .start = start},
          EtsCourse{.weights = kFastWeights, .start = start}};
}

EtsFit EtsSearch::lowest_from(const EtsForm& form, std::span<const EtsCourse> starts) const {
  EtsSquares problem{{.form = form, .period = period_, .region = region_}, values_of(form)};
  SquaresMinimum best{.squares = std::numeric_limits<double>::infinity()};
  for (const EtsCourse& start : starts) {
    const EtsUnknowns at = problem.unknowns_of(start);
    const SquaresMinimum found =
        minimise_squares(problem, std::span{at}.first(problem.unknowns()), problem.walls(),
                         {.gain = kEtsGain, .enough = exact_sum(form), .check = check_});
    best = found.squares < best.squares ? found : best;
  }
  return fit_at(problem, form, best);
}

EtsFit EtsSearch::polished(const EtsFit& fit) const {
  if (!fit.is_possible || fit.is_exact) return fit;
  const EtsSetting setting{.form = fit.form, .period = period_, .region = region_};
  EtsSquares problem{setting, values_of(fit.form)};
  const EtsUnknowns at = problem.unknowns_of(fit.course);
  const SquaresMinimum found =
      minimise_squares(problem, std::span{at}.first(problem.unknowns()), problem.walls(),
                       {.gain = kPolishedGain,
                        .enough = exact_sum(fit.form),
                        .steps_max = kPolishingSteps,
                        .check = check_});
  return std::isfinite(found.squares) ? fit_at(problem, fit.form, found) : fit;
}

EtsFit EtsSearch::fit_at(const EtsSquares& problem, const EtsForm& form,
                         const SquaresMinimum& minimum) const {
  EtsFit result{.form = form};
  if (std::isfinite(minimum.squares)) {
    const double enough = exact_sum(form);
    result.course = problem.course_of(minimum.at);
    result.is_possible = true;
    result.is_exact = minimum.squares <= enough;
    result.criterion = ets_criterion(std::max(minimum.squares, enough), plain_.size());
    result.aicc = ets_aicc(result.criterion, form, period_, plain_.size());
  }
  return result;
}

}  // namespace shelduck::forecast
