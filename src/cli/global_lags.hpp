// GlobalLags is what --global learns from all series of a file before any of them is forecast: the
// weights of the linear model on lags, for each period that the file has.
//
//   const GlobalLags global = learnt_globally(request, train_part_of);
//   RegularSeries{.values = values, .period = 12, .pooled = global.weights(12)}
//
// Only train rows count, and where times are dates or Unix seconds only those before the first time
// that is forecast of any series: nothing is learnt from what a forecast could not know.
// Reads the file twice. Memory: 16 lags^2 bytes for each period and step, at most kNlinearStepsMax
// of these. Threads: one; const calls from any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "shelduck/cli/request.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/forecast/nlinear/lag_sums.hpp"
#include "shelduck/interop/series_file.hpp"

namespace shelduck::cli {

// What is learnt from of one series; without gaps where its forecast has none.
struct TrainPart {
  std::size_t period = 1;
  std::size_t horizon = 1;
  std::vector<double> values{};       // NaN: missing
  std::vector<std::int64_t> times{};  // of the values; empty: 1, 2, 3
  std::int64_t first_forecast = 0;    // time, where there are times
};
// Of the series with this number in the file; nothing where it is left out. What has a season of
// more than forecast::kPlainSeasonMax learns from itself, and so do several seasons.
using TrainPartOf = std::function<std::optional<TrainPart>(const interop::FileSeries&,
                                                           interop::TimeKind, std::size_t number)>;

class GlobalLags {
 public:
  // Its known values and what lies between them; what is behind the last one nobody measured.
  void add(const TrainPart& part, std::size_t horizon);
  void solve();

  // Null where nothing was learnt: the model then learns from its own series.
  [[nodiscard]] std::shared_ptr<const forecast::LagWeights> weights(std::size_t period) const;
  [[nodiscard]] bool is_empty() const { return weights_.empty(); }

  // Whether a series was there to learn from, however many of its rows count.
  [[nodiscard]] bool has_seen_series() const { return has_seen_series_; }
  void see_series() { has_seen_series_ = true; }

 private:
  bool has_seen_series_ = false;
  std::map<std::size_t, forecast::LagSums> sums_;  // by period
  std::map<std::size_t, std::shared_ptr<const forecast::LagWeights>> weights_;
};

// Why each series learnt from itself; empty where it did not.
[[nodiscard]] std::string_view reason_of_nothing_learnt(const GlobalLags& global);

// --global; refused where no method learns from other series.
[[nodiscard]] bool is_global(const Request& request, std::span<const Method> methods);

[[nodiscard]] GlobalLags learnt_globally(const Request& request, const TrainPartOf& train_part_of);

}  // namespace shelduck::cli
