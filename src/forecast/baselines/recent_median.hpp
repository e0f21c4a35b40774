// The weighted median of the runs before, in which the newest and those most like the coming run
// weigh most.
//
//   w_i = kRunFading^(runs since i) x exp(-sum_c |x_(i,c) - x_c|)     x: log(1 + size), or the flag
//
//   const Fitted<RecentMedian> fitted = fit_recent_median(runs);
//   const Centred next = predict_next(fitted.model, {.covariates = {{"packages", 5}}});
//
// A covariate that is not known, of either run, makes no difference. Runs often repeat one of a few
// durations, between which a mean falls; a median is one of them. The fading was chosen inside the
// train part of the NASA iPSC job log (84 groups, 10 046 runs; one-step mean |log error| in units
// of exponential smoothing with alpha .3): 0.7, 0.8, 0.9 gave 0.976, 0.952, 0.963 with the number
// of processors, and 0.978, 0.962, 0.985 without it. Half of the distance, or twice as much, gave
// 0.955 and 0.960.
//
// Source: the weighted median of Edgeworth 1888, with weights of a kernel (Nadaraya 1964, Watson
// 1964) over covariates and of age; the fading is chosen above, the kernel our own.
//
// The centre is on the response scale of the values, the spread sqrt(1 + pi / 2 sum w^2 / (sum
// w)^2), as of a median of so many normal values. Backtest: from the second value. Memory: the
// newest kRunsLookedAt runs, the rest weighs less than a millionth. Cost: O(n kRunsLookedAt) of a
// few operations each; the runs that are looked at stay sorted from one origin to the next.
// Failure: Error invalid_input (check of Series, an empty one). Threads: plain data.
#pragma once

#include <cstddef>
#include <vector>

#include "shelduck/forecast/backtest.hpp"
#include "shelduck/forecast/response.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {

inline constexpr double kRunFading = 0.8;
inline constexpr std::size_t kRunsLookedAt = 64;

struct RecentMedian {
  Response response{};
  ResponseReader reader{};
  std::vector<double> values{};      // of the newest runs, oldest first
  std::vector<double> known{};       // covariates of the same, run by run; NaN: not known
  std::vector<Covariate> columns{};  // names and kinds, without values

  [[nodiscard]] bool is_whole() const {
    return !values.empty() && values.size() <= kRunsLookedAt &&
           known.size() == values.size() * columns.size() && reader.response() == response;
  }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("response", m.response), visit("reader", m.reader), visit("values", m.values);
    visit("known", m.known), visit("columns", m.columns);
  }
};

[[nodiscard]] Fitted<RecentMedian> fit_recent_median(const Series& series);

[[nodiscard]] Centred predict_next(const RecentMedian& model, const NextRun& next = {});

// As of the regression: false, and the model is as it was, where the response would change.
[[nodiscard]] bool absorb(RecentMedian& model, const NextRun& run, double value);

}  // namespace shelduck::forecast
