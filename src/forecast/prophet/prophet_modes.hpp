// The most likely weights of the columns that Prophet's model has, for seasons that are added to
// the trend or multiply it.
//
//   const ProphetColumns columns{values.size(), seasons, rows};
//   const ProphetMode mode = most_likely_mode(columns, values);   // values in units of the largest
//   mode.form, mode.weights     // line, waves of each season, covariates, changes
//
// Additive       the joint mode of weights and errors' deviation, downhill from no weights at all
//                (lasso_ridge.hpp)
// Multiplicative y = trend (1 + waves) + covariates has the same weights and priors, but products
//                of them: for given waves it is linear in all others, and the other way round.
//                Waves and covariates, then trend and covariates, then the variance are solved in
//                turn, from the trend of the additive mode, until the variance moves by less than
//                kSameProduct of it, kProductTurns times at most. No turn makes it less likely
// Form           the one whose mode is the more likely; additive where no season is there or a
//                value is not positive
//
// Cost: columns^2 / 2 a value for the sums; as much for each turn, before which `check` is called.
// Threads: pure. Private to this room.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/seasonal/decomposition.hpp"
#include "shelduck/forecast/seasonal/waves.hpp"
#include "shelduck/forecast/step_covariates.hpp"
#include "shelduck/forecast/stop_check.hpp"

namespace shelduck::forecast {

// How a covariate enters: (x - mean) / unit, or not at all.
struct StandardUnit {
  double mean = 0;
  double unit = 1;
  bool is_still = false;

  [[nodiscard]] double of(double x) const { return is_still ? 0 : (x - mean) / unit; }
};

inline constexpr std::size_t kLineColumns = 2;  // slope and level

// The columns of the model in their order: line, waves, covariates, changes. Rows are borrowed.
class ProphetColumns {
 public:
  ProphetColumns(std::size_t steps, std::span<const std::size_t> seasons, KnownRows rows);

  [[nodiscard]] std::size_t steps() const noexcept { return steps_; }
  [[nodiscard]] const std::vector<Waves>& waves() const noexcept { return waves_; }
  [[nodiscard]] const std::vector<StandardUnit>& standards() const noexcept { return standards_; }
  [[nodiscard]] const std::vector<std::size_t>& changepoints() const noexcept {
    return changepoints_;
  }
  [[nodiscard]] std::size_t first_covariate() const noexcept { return first_covariate_; }
  [[nodiscard]] std::size_t first_change() const noexcept {
    return first_covariate_ + standards_.size();
  }
  [[nodiscard]] std::size_t size() const noexcept { return first_change() + changepoints_.size(); }
  [[nodiscard]] std::span<const double> row(std::size_t step) const {
    return std::span{entries_}.subspan(step * size(), size());
  }

 private:
  void fill(std::size_t step, std::span<double> row) const;
  [[nodiscard]] double time(std::size_t step) const {
    return static_cast<double>(step) / static_cast<double>(steps_ - 1);
  }

  std::size_t steps_;
  KnownRows rows_;
  std::vector<Waves> waves_{};
  std::vector<StandardUnit> standards_{};
  std::size_t first_covariate_ = kLineColumns;
  std::vector<std::size_t> changepoints_{};
  std::vector<double> entries_{};  // step by step
};

struct ProphetMode {
  SeasonalForm form = SeasonalForm::additive;
  std::vector<double> weights{};
  double price = 0;  // -log of the posterior density there, but for a constant
};

[[nodiscard]] ProphetMode most_likely_mode(const ProphetColumns& columns,
                                           std::span<const double> values,
                                           const StopCheck& check = {});

}  // namespace shelduck::forecast
