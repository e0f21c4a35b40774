#include "shelduck/cli/global_lags.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "shelduck/cli/series_progress.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/forecast/filling.hpp"
#include "shelduck/forecast/nlinear/nlinear.hpp"
#include "shelduck/forecast/outliers.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::cli {
namespace {

using interop::FileSeries;

// That a step needs, so that its weights are more than the noise of a few.
constexpr std::size_t kRowsALag = 2;

// Models that learn from other series, or have a member that does.
constexpr std::array kLearning{forecast::RegularModel::nlinear, forecast::RegularModel::ensemble,
                               forecast::RegularModel::by_size, forecast::RegularModel::automatic};

// `label` says to people what the series are read for.
void for_each_train_part(const Request& request, const std::string& label,
                         const TrainPartOf& train_part_of,
                         const std::function<void(TrainPart)>& visit) {
  interop::SeriesFile file = open_series(request);
  SeriesProgress progress{request.progress, label};
  for (std::size_t number = 0; const auto series = file.next(); ++number) {
    request.cancel.check();
    progress.begin({.series = 1, .read = file.read_so_far()});
    auto part = train_part_of(*series, file.time_kind().value(), number);
    if (part && part->period <= forecast::kPlainSeasonMax) visit(std::move(*part));
  }
}

struct CommonOfParts {
  std::map<std::size_t, std::size_t> horizons{};  // the largest of each period
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
};

CommonOfParts common_of(const Request& request, const TrainPartOf& train_part_of) {
  CommonOfParts all;
  for_each_train_part(request, "look", train_part_of, [&](const TrainPart& part) {
    std::size_t& horizon = all.horizons[part.period];
    horizon = std::max(horizon, std::min(part.horizon, forecast::kNlinearStepsMax));
    if (!part.times.empty()) all.before = std::min(all.before, part.first_forecast);
  });
  return all;
}

void cut_from(TrainPart& part, std::int64_t before) {
  if (part.times.empty()) return;
  const auto end = std::ranges::lower_bound(part.times, before);
  part.values.resize(static_cast<std::size_t>(end - part.times.begin()));
}

}  // namespace

void GlobalLags::add(const TrainPart& part, std::size_t horizon) {
  const auto all = forecast::up_to_last_known(forecast::from_first_known(part.values));
  const auto known = all.last(std::min(all.size(), forecast::kIterativeValuesMax));
  const auto is_usable = [](double value) { return !(std::abs(value) > forecast::kMagnitudeMax); };
  if (known.empty() || !std::ranges::all_of(known, is_usable)) return;
  const forecast::LagShape shape{.lags = forecast::nlinear_lags(part.period), .horizon = horizon};
  const std::vector<double> whole = forecast::filled(known, forecast::Fill::linear);
  sums_.try_emplace(part.period, shape)
      .first->second.add(with_replacements(whole, forecast::giant_outliers(whole)), part.period);
}

void GlobalLags::solve() {
  for (const auto& [period, sums] : sums_) {
    auto weights = std::make_shared<const forecast::LagWeights>(
        sums.solved(kRowsALag * forecast::nlinear_lags(period)));
    if (!weights->by_step.empty()) weights_[period] = std::move(weights);
  }
  sums_.clear();
}

std::shared_ptr<const forecast::LagWeights> GlobalLags::weights(std::size_t period) const {
  const auto found = weights_.find(period);
  return found == weights_.end() ? nullptr : found->second;
}

std::string_view reason_of_nothing_learnt(const GlobalLags& global) {
  if (!global.is_empty()) return {};
  return global.has_seen_series()
             ? "--global: nothing could be learnt from all series, because too few rows are older "
               "than the first time that is forecast; each series learnt from itself"
             : "--global: nothing could be learnt from all series, because none has equal steps "
               "and a single season of at most 24 of them; each series learnt from itself";
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

GlobalLags learnt_globally(const Request& request, const TrainPartOf& train_part_of) {
  const CommonOfParts all = common_of(request, train_part_of);
  GlobalLags global;
  for_each_train_part(request, "learn", train_part_of, [&](TrainPart part) {
    cut_from(part, all.before);
    global.see_series();
    global.add(part, all.horizons.at(part.period));
  });
  global.solve();
  return global;
}

}  // namespace shelduck::cli
