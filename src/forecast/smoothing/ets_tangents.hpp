// How the errors of exponential smoothing move with its unknowns, along the values.
//
//   EtsTangents<kError, kTrend, kSeason> tangents{run, setting};
//   tangents.sum_into(equations);
//
// Forward differentiation of ets_move: a column for each unknown beside each state. Private to this
// folder. Cost: some 10 operations a value and column, and unknowns^2 / 2 for J'J.
// Threads: one at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "shelduck/forecast/smoothing/ets_move.hpp"

namespace shelduck::forecast {

// Columns are worked on two at a time, as every x86-64 and every ARMv8 can. The unknowns that are
// smoothing parameters are the first four at most: only their columns move with a weight itself.
inline constexpr std::size_t kEtsLanes = 2;
inline constexpr std::size_t kEtsWeightGroups = 2;
inline constexpr std::size_t kEtsRows = 4;  // values that are summed up together
using EtsLanes [[gnu::vector_size(kEtsLanes * sizeof(double))]] = double;
inline constexpr std::size_t kEtsUnknownsMax = 32;
static_assert(kEtsUnknownsMax >= 6 + kEtsPeriodMax && kEtsUnknownsMax <= kUnknownsMax);
using EtsColumns = std::array<EtsLanes, kEtsUnknownsMax / kEtsLanes>;

// Where the unknowns stand; what a form does not have stands beyond them all.
struct EtsPlaces {
  std::size_t beta = kUnknownsMax;
  std::size_t gamma = kUnknownsMax;
  std::size_t phi = kUnknownsMax;
  std::size_t level = 0;
  std::size_t slope = kUnknownsMax;
  std::size_t season = kUnknownsMax;
};

[[nodiscard]] inline EtsPlaces ets_places(const EtsForm& form) {
  EtsPlaces places;
  std::size_t next = 1;
  if (form.trend != Trend::none) {
    places.beta = next++;
  }
  if (form.season != EtsSeason::none) {
    places.gamma = next++;
  }
  if (form.trend == Trend::damped) {
    places.phi = next++;
  }
  places.level = next++;
  if (form.trend != Trend::none) {
    places.slope = next++;
  }
  if (form.season != EtsSeason::none) {
    places.season = next;
  }
  return places;
}

// How the weights move with the unknowns of the first groups.
struct EtsSeeds {
  using Columns = std::array<EtsLanes, kEtsWeightGroups>;
  Columns alpha{};
  Columns beta{};
  Columns gamma{};
  Columns phi{};
};

template <std::size_t kGroups>
[[nodiscard]] double ets_lane(const std::array<EtsLanes, kGroups>& columns, std::size_t k) {
  return columns[k / kEtsLanes][k % kEtsLanes];
}

template <std::size_t kGroups>
void set_ets_lane(std::array<EtsLanes, kGroups>& columns, std::size_t k, double value) {
  columns[k / kEtsLanes][k % kEtsLanes] = value;
}

[[nodiscard]] inline EtsSeeds ets_seeds(const EtsSetting& setting, const EtsWeights& w) {
  const EtsPlaces places = ets_places(setting.form);
  const bool usual = setting.region == EtsRegion::usual;
  const bool box = setting.region == EtsRegion::box;
  EtsSeeds seeds;
  set_ets_lane(seeds.alpha, 0, 1);
  if (setting.form.trend != Trend::none) {
    set_ets_lane(seeds.beta, places.beta, usual ? w.alpha : 1);
    set_ets_lane(seeds.beta, 0, usual ? w.beta / w.alpha : 0);
  }
  if (setting.form.season != EtsSeason::none) {
    set_ets_lane(seeds.gamma, places.gamma, box ? 1 : 1 - w.alpha);
    set_ets_lane(seeds.gamma, 0, box ? 0 : -w.gamma / (1 - w.alpha));
  }
  if (setting.form.trend == Trend::damped) {
    set_ets_lane(seeds.phi, places.phi, 1);
  }
  return seeds;
}

// The derivatives of the states and of one error by each unknown, and what they sum up to.
template <EtsError kError, bool kTrend, EtsSeason kSeason>
class EtsTangents {
 public:
  EtsTangents(const EtsRun& run, const EtsSetting& setting)
      : run_(run),
        w_(run.course.weights),
        seeds_(ets_seeds(setting, w_)),
        unknowns_(ets_parameters(setting.form) + ets_states(setting.form, setting.period)),
        groups_((unknowns_ + kEtsLanes - 1) / kEtsLanes) {
    const EtsPlaces places = ets_places(setting.form);
    set_ets_lane(level_, places.level, 1);
    if constexpr (kTrend) {
      set_ets_lane(slope_, places.slope, 1);
    }
    if constexpr (kSeason != EtsSeason::none) {
      const std::size_t last = run.period - 1;
      std::fill_n(season_.begin(), run.period, EtsColumns{});
      for (std::size_t phase = 0; phase < last; ++phase) {
        set_ets_lane(season_[phase], places.season + phase, 1);
        set_ets_lane(season_[last], places.season + phase, -1);
      }
    }
    std::fill_n(matrix_.begin(), unknowns_, EtsColumns{});
  }

  void sum_into(NormalEquations& equations) {
    EtsWalk<kTrend, kSeason> walk{run_};
    for (const double value : run_.values) {
      const EtsPlace place = walk.place();
      const EtsMove move = ets_move<kSeason>(value, place);
      EtsColumns& season = season_[walk.phase()];
      if constexpr (kSeason == EtsSeason::none) {
        carry(place);
      } else {
        carry(value, place, season);
      }
      push(move, season);
      finish_row(value, move);
      walk.go_on(place, move);
    }
    finish_rows();
    write(equations);
  }

 private:
  // phi slope, by each unknown.
  [[nodiscard]] EtsLanes damped(std::size_t group, const EtsPlace& at) const {
    EtsLanes damped = w_.phi * slope_[group];
    if (group < kEtsWeightGroups) {
      damped += seeds_.phi[group] * at.slope;
    }
    return damped;
  }

  // The derivatives of the forecast, and of the states behind it at unmoved weights.
  void carry(const EtsPlace& at) {
    for (std::size_t group = 0; group < groups_; ++group) {
      EtsLanes base = level_[group];
      if constexpr (kTrend) {
        const EtsLanes slope = damped(group, at);
        base += slope;
        slope_[group] = slope - w_.beta * base;
      }
      rows_[row_][group] = base;
      level_[group] = base - w_.alpha * base;
    }
  }

  // The same with a season.
  void carry(double value, const EtsPlace& at, EtsColumns& season) {
    constexpr bool kRatio = kSeason == EtsSeason::multiplicative;
    const double level_by_index = kRatio ? value / (at.index * at.index) : 1;
    const double season_by_base = kRatio ? value / (at.base * at.base) : 1;
    for (std::size_t group = 0; group < groups_; ++group) {
      const EtsLanes index = season[group];
      const EtsLanes slope = kTrend ? damped(group, at) : EtsLanes{};
      const EtsLanes base = level_[group] + slope;
      const EtsLanes pull = kRatio ? base + level_by_index * index : base + index;
      rows_[row_][group] = kRatio ? at.index * base + at.base * index : pull;
      season[group] = index - w_.gamma * (kRatio ? season_by_base * base + index : pull);
      level_[group] = base - w_.alpha * pull;
      if constexpr (kTrend) {
        slope_[group] = slope - w_.beta * pull;
      }
    }
  }

  // What the weights themselves do to the states.
  void push(const EtsMove& move, EtsColumns& season) {
    for (std::size_t group = 0; group < kEtsWeightGroups; ++group) {
      level_[group] += seeds_.alpha[group] * move.of_level;
      if constexpr (kTrend) {
        slope_[group] += seeds_.beta[group] * move.of_level;
      }
      if constexpr (kSeason != EtsSeason::none) {
        season[group] += seeds_.gamma[group] * move.of_season;
      }
    }
  }

  // From the derivatives of the forecast to those of the residual.
  void finish_row(double value, const EtsMove& move) {
    EtsColumns& row = rows_[row_];
    double residual = move.error;
    double by_forecast = -1;
    if constexpr (kError == EtsError::multiplicative) {
      const double by_log = 1 / move.forecast;
      residual *= by_log;
      by_forecast = -value * by_log * by_log;
      for (std::size_t group = 0; group < groups_; ++group) {
        logs_[group] += by_log * row[group];
      }
      squares_ += residual * residual;
      forecasts_.multiply(move.forecast);
    }
    for (std::size_t group = 0; group < groups_; ++group) {
      row[group] *= by_forecast;
      gradient_[group] += residual * row[group];
    }
    if (++row_ == kEtsRows) {
      add_rows();
    }
  }

  // Four at a time: the sums are read and written once for all of them.
  void add_rows() {
    const auto& [a, b, c, d] = rows_;
    for (std::size_t i = 0; i < unknowns_; ++i) {
      const std::size_t group_of_i = i / kEtsLanes;
      const std::size_t lane = i % kEtsLanes;
      const double by_a = a[group_of_i][lane];
      const double by_b = b[group_of_i][lane];
      const double by_c = c[group_of_i][lane];
      const double by_d = d[group_of_i][lane];
      EtsColumns& sums = matrix_[i];
      for (std::size_t group = 0; group <= group_of_i; ++group) {
        sums[group] += (by_a * a[group] + by_b * b[group]) + (by_c * c[group] + by_d * d[group]);
      }
    }
    row_ = 0;
  }

  // The rows that are left, with rows of zeros beside them.
  void finish_rows() {
    if (row_ > 0) {
      std::fill(rows_.begin() + static_cast<std::ptrdiff_t>(row_), rows_.end(), EtsColumns{});
      add_rows();
    }
  }

  // With multiplicative errors the residual is e g, so that its derivative is g (de + e d log g).
  void write(NormalEquations& equations) const {
    const auto n = static_cast<double>(run_.values.size());
    constexpr bool kRelative = kError == EtsError::multiplicative;
    const double factor = kRelative ? std::exp(2 * forecasts_.log() / n) : 1;
    for (std::size_t i = 0; i < unknowns_; ++i) {
      const double log_i = ets_lane(logs_, i) / n;
      for (std::size_t k = 0; k <= i; ++k) {
        double entry = ets_lane(matrix_[i], k);
        if constexpr (kRelative) {
          const double log_k = ets_lane(logs_, k) / n;
          entry += ets_lane(gradient_, i) * log_k + ets_lane(gradient_, k) * log_i +
                   squares_ * log_i * log_k;
        }
        equations.matrix[i * kUnknownsMax + k] = factor * entry;
      }
      equations.gradient[i] = factor * (ets_lane(gradient_, i) + squares_ * log_i);
    }
  }

  const EtsRun& run_;
  EtsWeights w_;
  EtsSeeds seeds_;
  std::size_t unknowns_;
  std::size_t groups_;
  EtsColumns level_{};
  EtsColumns slope_{};
  std::array<EtsColumns, kEtsRows> rows_{};
  std::size_t row_ = 0;  // the next one to be filled
  EtsColumns logs_{};
  EtsColumns gradient_{};
  std::array<EtsColumns, kEtsPeriodMax> season_;    // of the phases that there are
  std::array<EtsColumns, kEtsUnknownsMax> matrix_;  // of the unknowns that there are
  double squares_ = 0;
  EtsLogProduct forecasts_{};
};

}  // namespace shelduck::forecast
