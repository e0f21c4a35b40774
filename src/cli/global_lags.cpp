#include "shelduck/cli/global_lags.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/filling.hpp"
#include "shelduck/forecast/nlinear/nlinear.hpp"

namespace shelduck::cli {
namespace {

using interop::FileSeries;

// Models that learn from other series, or have a member that does.
constexpr std::array kLearning{forecast::RegularModel::nlinear, forecast::RegularModel::ensemble,
                               forecast::RegularModel::automatic};

void for_each_used(const Request& request, const LagUseOf& use_of,
                   const std::function<void(const FileSeries&, const LagUse&)>& visit) {
  interop::SeriesFile file = open_series(request);
  for (std::size_t number = 0; const auto series = file.next(); ++number) {
    request.cancel.check();
    request.progress.update({.label = "learn", .done = static_cast<std::int64_t>(number)});
    if (const auto use = use_of(*series, number)) visit(*series, *use);
  }
}

// Nothing where times are numbers 1, 2, 3 of each series by itself.
std::optional<std::int64_t> first_forecast_time(const Request& request, const LagUseOf& use_of) {
  interop::SeriesFile file = open_series(request);
  static_cast<void>(file.next());
  if (file.time_kind() == interop::TimeKind::index) return std::nullopt;
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  for_each_used(request, use_of, [&](const FileSeries& series, const LagUse&) {
    if (series.train_rows == 0) return;
    const std::int64_t last_known = series.times[series.train_rows - 1];
    first =
        std::min(first, series.test_rows() > 0 ? series.times[series.train_rows] : last_known + 1);
  });
  return first;
}

}  // namespace

void GlobalLags::add(const LagUse& use, std::span<const double> values) {
  const Key key{use.period, use.horizon};
  const forecast::LagShape shape{.lags = forecast::nlinear_lags(use.period),
                                 .horizon = std::min(use.horizon, forecast::kNlinearStepsMax)};
  sums_.try_emplace(key, shape).first->second.add(values, use.period);
}

void GlobalLags::solve() {
  for (const auto& [key, sums] : sums_) {
    weights_[key] = std::make_shared<const forecast::LagWeights>(sums.solved());
  }
  sums_.clear();
}

std::shared_ptr<const forecast::LagWeights> GlobalLags::weights(const LagUse& use) const {
  const auto found = weights_.find({use.period, use.horizon});
  return found == weights_.end() ? nullptr : found->second;
}

bool is_global(const Request& request, std::span<const Method> methods) {
  if (!request.arguments.flag("global")) return false;
  for (const Method& method : methods) {
    for (const forecast::RegularModel model : method.models) {
      if (std::ranges::find(kLearning, model) != kLearning.end()) return true;
    }
  }
  throw Error{ErrorKind::invalid_input,
              "--global is asked for, but no model that is named learns from other series",
              {.field = "--global", .rule = "with nlinear, ensemble or auto among the models"}};
}

GlobalLags learnt_globally(const Request& request, const LagUseOf& use_of) {
  const std::optional<std::int64_t> before = first_forecast_time(request, use_of);
  GlobalLags global;
  for_each_used(request, use_of, [&](const FileSeries& series, const LagUse& use) {
    std::span<const double> rows = series.train_y();
    if (before) {
      const auto times = std::span{series.times}.first(rows.size());
      rows = rows.first(
          static_cast<std::size_t>(std::ranges::lower_bound(times, *before) - times.begin()));
    }
    const auto known = forecast::from_first_known(rows);
    if (!known.empty()) global.add(use, forecast::filled(known, forecast::Fill::linear));
  });
  global.solve();
  return global;
}

}  // namespace shelduck::cli
