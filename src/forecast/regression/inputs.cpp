#include "shelduck/forecast/regression/inputs.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace shelduck::forecast {
namespace {

constexpr double kDay = 86400;
constexpr double kWeek = 7 * kDay;
constexpr double kTrendUnit = 100 * kDay;
constexpr double kTrendRuns = 100;
constexpr double kShortestGap = 60;  // seconds: below it gaps do not differ

// The rest of a division by a period, in [0, period) up to rounding.
double rest_of(double time, double period) { return time - period * std::floor(time / period); }

}  // namespace

Inputs::Inputs(std::vector<CovariateKind> kinds, bool timed, double local_offset_seconds)
    : kinds_(std::move(kinds)), timed_(timed), local_offset_seconds_(local_offset_seconds) {
  roles_.push_back(ColumnRole::level);
  for (const CovariateKind kind : kinds_) {
    roles_.push_back(kind == CovariateKind::size ? ColumnRole::size : ColumnRole::flag);
  }
  if (timed_) {
    roles_.insert(roles_.end(), {ColumnRole::weekday, ColumnRole::weekday, ColumnRole::hour,
                                 ColumnRole::hour, ColumnRole::gap});
  }
  roles_.push_back(ColumnRole::trend);
  reference_.assign(roles_.size(), kUnknown);
  difference_.assign(roles_.size(), 0);
  known_.assign(roles_.size(), 0);
}

bool Inputs::is_whole() const {
  constexpr std::size_t kColumnsOfTime = 5;
  const std::size_t expected = 2 + kinds_.size() + (timed_ ? kColumnsOfTime : 0);
  return roles_.size() == expected && reference_.size() == expected &&
         difference_.size() == expected && known_.size() == expected;
}

double Inputs::mean_gap() const {
  return runs_ < 2 ? 0 : (last_time_ - first_time_) / static_cast<double>(runs_ - 1);
}

double Inputs::time_of(const RunInputs& run) const {
  if (!run.time) {
    return last_time_ + mean_gap();
  }
  return runs_ == 0 ? *run.time : std::max(*run.time, last_time_);
}

std::vector<double> Inputs::raw(const RunInputs& run) const {
  std::vector<double> entries;
  entries.reserve(columns());
  entries.push_back(1);
  for (std::size_t c = 0; c < kinds_.size(); ++c) {
    const double value = c < run.covariates.size() ? run.covariates[c] : kUnknown;
    entries.push_back(kinds_[c] == CovariateKind::size ? std::log1p(value) : value);
  }
  if (!timed_) {
    entries.push_back(static_cast<double>(runs_) / kTrendRuns);
    return entries;
  }
  const double time = time_of(run);
  const double local = time + local_offset_seconds_;
  const double week = 2 * std::numbers::pi * rest_of(local, kWeek) / kWeek;
  const double day = 2 * std::numbers::pi * rest_of(local, kDay) / kDay;
  const double gap = runs_ == 0 ? kUnknown : std::log(kShortestGap + time - last_time_);
  const double since_first = runs_ == 0 ? 0 : time - first_time_;
  entries.insert(entries.end(), {std::sin(week), std::cos(week), std::sin(day), std::cos(day), gap,
                                 since_first / kTrendUnit});
  return entries;
}

std::vector<double> Inputs::row(const RunInputs& run) const { return relative(raw(run)); }

std::vector<double> Inputs::relative(std::vector<double> entries) const {
  for (std::size_t j = 1; j < entries.size(); ++j) {
    if (known_[j] == 0) {
      entries[j] = 0;
    } else if (std::isnan(entries[j])) {
      entries[j] = difference_[j] / known_[j];
    } else {
      entries[j] -= reference_[j];
    }
  }
  return entries;
}

double Inputs::step(const RunInputs& run) const {
  const double gap = mean_gap();
  if (!timed_ || gap <= 0) {
    return 1;
  }
  return std::sqrt(std::min((time_of(run) - last_time_) / gap, kStepMax));
}

std::vector<double> Inputs::absorb(const RunInputs& run) {
  const std::vector<double> entries = raw(run);
  std::vector<double> row = relative(entries);
  for (std::size_t j = 1; j < entries.size(); ++j) {
    if (std::isnan(entries[j])) {
      continue;
    }
    if (known_[j] == 0) {
      reference_[j] = entries[j];
    }
    difference_[j] += entries[j] - reference_[j];
    known_[j] += 1;
  }
  last_time_ = time_of(run);
  if (runs_ == 0) {
    first_time_ = last_time_;
  }
  ++runs_;
  return row;
}

}  // namespace shelduck::forecast
