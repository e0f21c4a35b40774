// The waves of seasons that are too long for a seasonal ARIMA, or come beside another: Fourier
// terms beside the covariates of a regression with ARIMA errors, and how many of them.
//
//   const WaveTask task{.known = rows, .steps = n, .seasons = longer, .period = 24};
//   const WaveRows all{task, most_pairs(task)};         // as many as may be
//   const WaveCounts pairs = chosen_pairs(task, guide, differenced);
//   const WaveRows rows{task, pairs};                   // rows.rows(): covariates, then waves
//
// chosen_pairs   the numbers of pairs, a cosine and a sine each, of the lowest AICc at the errors
//                that `guide` is about: at one autoregression and moving average the best weights
//                of all columns are those of least squares on filtered columns (generalised least
//                squares), so the products of these once tell the likelihood of every choice. Each
//                season in turn takes its best number beside those of the others, from none on,
//                until none changes, kWaveTurns times at most.
// Bounds         half of a season; all seasons together what kArimaRegressorsMax leaves, and an
//                eighth of the values
// Source: Hyndman, Athanasopoulos 2021, Forecasting: principles and practice, 10.5 (dynamic
// harmonic regression, K by AICc); Durbin, Koopman 2001, 6.2. Cost: a filter pass for each column
// that may be, and their products: n columns^2 / 2. Threads: pure, plain data. Private to this
// room.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/arima/arima_search.hpp"
#include "shelduck/forecast/seasonal/waves.hpp"
#include "shelduck/forecast/step_covariates.hpp"

namespace shelduck::forecast {

// Borrowed.
struct WaveTask {
  KnownRows known{};  // covariates
  std::size_t steps = 0;
  std::span<const std::size_t> seasons{};
  std::size_t period = 1;  // of the seasonal ARIMA beside
};

using WaveCounts = std::vector<std::size_t>;  // pairs, of each season

// The most pairs of all seasons together.
[[nodiscard]] std::size_t pairs_in_all(const WaveTask& task);
// As even among the seasons as they allow.
[[nodiscard]] WaveCounts most_pairs(const WaveTask& task);
// `values` are after the differences of the guide.
[[nodiscard]] WaveCounts chosen_pairs(const WaveTask& task, const ArimaFit& guide,
                                      std::span<const double> values);

class WaveRows {
 public:
  WaveRows(const WaveTask& task, const WaveCounts& pairs);

  [[nodiscard]] KnownRows rows() const noexcept {
    return {.columns = columns_, .entries = entries_};
  }
  // What the waves add, from the effects of all columns; of seasons without waves nothing.
  [[nodiscard]] std::vector<WaveEffects> seasons(std::span<const double> effects) const;

 private:
  std::size_t covariates_;
  std::size_t columns_;
  std::vector<Waves> waves_{};
  std::vector<double> entries_{};
};

}  // namespace shelduck::forecast
