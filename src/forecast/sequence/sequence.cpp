#include "shelduck/forecast/sequence/sequence.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "shelduck/forecast/outliers.hpp"
#include "shelduck/forecast/seasonal/season_search.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kOnlyLearned = 20;

// FNV-1a over the bits of the values, folded to what a double holds exactly.
class ValueDigest {
 public:
  explicit ValueDigest(std::size_t digest = 0) : digest_(digest) {}

  void add(double value) {
    constexpr std::uint64_t kPrime = 1099511628211;
    constexpr std::uint64_t kBasis = 14695981039346656037ULL;
    constexpr unsigned kBits = 53;
    const std::uint64_t mixed = (digest_ ^ kBasis ^ std::bit_cast<std::uint64_t>(value)) * kPrime;
    digest_ = (mixed ^ (mixed >> (64 - kBits / 2))) & ((std::uint64_t{1} << kBits) - 1);
  }
  [[nodiscard]] std::size_t value() const { return digest_; }

 private:
  std::uint64_t digest_;
};

std::size_t digest_of(std::span<const double> values) {
  ValueDigest digest;
  for (const double value : values) digest.add(value);
  return digest.value();
}

TrainedRegular fitted_to(std::span<const double> scaled) {
  RegularSeries series{.values = {scaled.begin(), scaled.end()}, .keeps_past = false};
  const auto seasons = seasons_of(with_replacements(scaled, giant_outliers(scaled)), {});
  if (!seasons.empty()) {
    series.period = seasons.front();
    series.longer.assign(seasons.begin() + 1, seasons.end());
  }
  return std::get<TrainedRegular>(fit(series, RegularModel::automatic));
}

double next_of(const TrainedRegular& model) { return forecast(model, 1).points.front(); }

// Forecasts of the values from `first` on, each from those before it.
std::vector<double> rolling_centres(std::span<const double> scaled, std::size_t first) {
  const std::size_t every = (scaled.size() - first + kSequenceFits - 1) / kSequenceFits;
  std::vector<double> centres;
  TrainedRegular model;
  for (std::size_t t = first; t < scaled.size(); ++t) {
    if ((t - first) % every == 0) {
      model = fitted_to(scaled.first(t));
    } else {
      model = update(std::move(model), scaled.subspan(t - 1, 1));
    }
    centres.push_back(next_of(model));
  }
  return centres;
}

bool is_usable(double scaled) { return std::abs(scaled) <= kMagnitudeMax; }

}  // namespace

std::variant<SequenceModel, NotEnough> fit_sequence(std::span<const double> values) {
  const std::size_t n = values.size();
  if (n < kSequenceNeeds) return NotEnough{.have = n, .need = kSequenceNeeds};
  SequenceModel model{.response = natural_response(values), .n = n, .digest = digest_of(values)};
  std::vector<double> scaled;
  for (const double value : values) scaled.push_back(model.response.to_scale(value));
  const std::size_t newest = std::min(kSequenceOrigins, n - kOnlyLearned);
  model.centres = rolling_centres(scaled, n - newest);
  model.regular = fitted_to(scaled);
  return model;
}

std::optional<SequenceModel> continued(SequenceModel model, std::span<const double> values) {
  if (values.size() < model.n || digest_of(values.first(model.n)) != model.digest) {
    return std::nullopt;
  }
  for (const double value : values.subspan(model.n)) {
    if (!absorb(model, value)) return std::nullopt;
  }
  return model;
}

bool absorb(SequenceModel& model, double value) {
  const double scaled = model.response.to_scale(value);
  if (!is_usable(scaled)) return false;
  if (model.centres.size() == kSequenceOrigins) model.centres.erase(model.centres.begin());
  model.centres.push_back(next_of(model.regular));
  model.regular = update(std::move(model.regular), std::span{&scaled, 1});
  ValueDigest digest{model.digest};
  digest.add(value);
  model.digest = digest.value();
  ++model.n;
  return true;
}

Centred predict_next(const SequenceModel& model) { return {.centre = next_of(model.regular)}; }

Backtest backtest_of(const SequenceModel& model) {
  Backtest backtest{.first = model.n - model.centres.size()};
  for (const double centre : model.centres) backtest.steps.push_back({.centre = centre});
  return backtest;
}

}  // namespace shelduck::forecast
