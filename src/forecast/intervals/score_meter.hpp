// ScoreMeter measures the past errors of one model on one series, and gathers them as scores: the
// part that scores of one fit and those of many have in common (origin_scores.hpp says in which
// units).
//
//   ScoreMeter meter{trained, values, horizon};
//   if (meter.is_measuring()) meter.add(t, path_from_t);       // for t from first_origin() on
//   const OriginScores scores = std::move(meter).scores();
//
// Threads: one.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "shelduck/forecast/intervals/origin_scores.hpp"

namespace shelduck::forecast {

class ScoreMeter {
 public:
  // `model` was fitted to `values`, all of them; `known` are the covariates of their steps and of
  // the coming ones.
  ScoreMeter(const TrainedRegular& model, std::span<const double> values, std::size_t horizon,
             const StepCovariates& known = {});

  // Whether a degree of freedom is left and a deviation is known.
  [[nodiscard]] bool is_measuring() const { return !scores_.units.empty(); }

  // The first of the newest third that has a measure; it may lie behind the last value.
  [[nodiscard]] std::size_t first_origin() const;

  // What was forecast of the values from `origin` on when those before were known, each error times
  // `factor`. Where the path states no deviation that of the model's errors stands in.
  void add(std::size_t origin, const Path& path, double factor = 1);

  [[nodiscard]] OriginScores scores() &&;

 private:
  [[nodiscard]] std::vector<double> deviations(const Path& path) const;
  [[nodiscard]] bool is_replaced(std::size_t t) const;
  [[nodiscard]] bool measures(double deviation, std::size_t origin) const;
  [[nodiscard]] double unit(double deviation, std::size_t origin) const;
  [[nodiscard]] double floored(double size) const;

  std::vector<double> values_;  // as the model knew them
  std::vector<Replacement> outliers_;
  std::size_t period_;
  std::vector<double> differences_;  // mean, of every origin
  double floor_;
  std::optional<double> residual_;
  OriginScores scores_;
};

// Deviations of steps ahead where the model states none: that of its one-step errors along the
// values times sqrt(step); empty where no degree of freedom is left.
[[nodiscard]] std::vector<double> residual_deviations(const TrainedRegular& model,
                                                      std::span<const double> values,
                                                      std::size_t steps,
                                                      const StepCovariates& past = {});

}  // namespace shelduck::forecast
