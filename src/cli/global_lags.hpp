// GlobalLags is what --global learns from all series of a file before any of them is forecast: the
// weights of the linear model on lags, for each period and horizon that the file has.
//
//   const GlobalLags global = learnt_globally(request, [&](const FileSeries& series, std::size_t
//   number)
//       -> std::optional<LagUse> { return LagUse{.period = 12, .horizon = 18}; });
//   RegularSeries{.values = values, .period = 12, .pooled = global.weights(12, 18)}
//
// Only train rows count, and where times are dates or Unix seconds only those before the first time
// that is forecast of any series: nothing is learnt from what a forecast could not know.
// Reads the file once, or twice where there are dates. Threads: one; const calls from any.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "shelduck/cli/request.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/forecast/nlinear/lag_sums.hpp"
#include "shelduck/interop/series_file.hpp"

namespace shelduck::cli {

struct LagUse {
  std::size_t period = 1;
  std::size_t horizon = 1;
};
// Of the series with this number in the file; nothing where it is left out.
using LagUseOf = std::function<std::optional<LagUse>(const interop::FileSeries&, std::size_t)>;

class GlobalLags {
 public:
  void add(const LagUse& use, std::span<const double> values);
  void solve();

  // Null where nothing was learnt for them.
  [[nodiscard]] std::shared_ptr<const forecast::LagWeights> weights(const LagUse& use) const;

 private:
  using Key = std::pair<std::size_t, std::size_t>;  // period, horizon
  std::map<Key, forecast::LagSums> sums_;
  std::map<Key, std::shared_ptr<const forecast::LagWeights>> weights_;
};

// --global; refused where no method learns from other series.
[[nodiscard]] bool is_global(const Request& request, std::span<const Method> methods);

[[nodiscard]] GlobalLags learnt_globally(const Request& request, const LagUseOf& use_of);

}  // namespace shelduck::cli
