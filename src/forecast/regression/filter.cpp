#include "shelduck/forecast/regression/filter.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

using Lanes = Eigen::Array<double, static_cast<int>(kLanes), 1>;
using LaneMap = Eigen::Map<Lanes>;
using ConstLaneMap = Eigen::Map<const Lanes>;

LaneMap lanes(std::vector<double>& values, std::size_t i) { return LaneMap{&values[i * kLanes]}; }
ConstLaneMap lanes(const std::vector<double>& values, std::size_t i) {
  return ConstLaneMap{&values[i * kLanes]};
}

std::size_t packed(std::size_t i, std::size_t j) { return i * (i + 1) / 2 + j; }

Lanes drifts() {
  Lanes q;
  for (std::size_t l = 0; l < kLanes; ++l) {
    q[static_cast<Eigen::Index>(l)] = kLaneSettings[l].drift;
  }
  return q;
}

constexpr auto kFirstRoot = static_cast<Eigen::Index>(kLanes - kRootLanes);

// Of a root where z is so far above the first one; bounded, since squares of it are added up.
double log_slope(double above) {
  constexpr double kFar = 200;
  return std::clamp(above, -kFar, kFar) / 2;
}

// z as each lane sees it.
Lanes as_seen(double z, const ScaleOfRoots& scale) {
  Lanes seen = Lanes::Constant(z);
  if (scale.has_roots) seen.tail<kRootLanes>() = 2 * std::exp(log_slope(z - scale.first));
  return seen;
}

// What the lanes see, as z.
Lanes as_said(Lanes seen, const ScaleOfRoots& scale) {
  if (!scale.has_roots) return seen;
  const double room = std::log(kRootRoom);
  for (Eigen::Index l = kFirstRoot; l < seen.size(); ++l) {
    const double z =
        scale.first + 2 * std::log(std::max(seen[l] / 2, std::numeric_limits<double>::min()));
    seen[l] = std::clamp(z, scale.least - room, scale.largest + room);
  }
  return seen;
}

// What the roots keep of their say where the logarithms together say z: all of it within what was
// seen, none beyond kRootRoom of it.
double say_of_roots(double z, const ScaleOfRoots& scale) {
  const double beyond = std::max({z - scale.largest, scale.least - z, 0.0});
  return std::max(0.0, 1 - beyond / std::log(kRootRoom));
}

// The weights of a forecast: what the roots may not say goes to the logarithms.
Lanes weights_of(const Lanes& weight, const Lanes& said, const ScaleOfRoots& scale) {
  const double logarithms = weight.head<kFirstRoot>().sum();
  if (!scale.has_roots || !(logarithms > 0)) return weight;
  const double z = (weight.head<kFirstRoot>() * said.head<kFirstRoot>()).sum() / logarithms;
  const double say = say_of_roots(z, scale);
  Lanes all = weight;
  // Divided first: the logarithms may weigh too little for the inverse of it.
  all.head<kFirstRoot>() = weight.head<kFirstRoot>() / logarithms * (1 - say * (1 - logarithms));
  all.tail<kRootLanes>() *= say;
  return all;
}

// du/dz of each lane where it says so.
Lanes slopes(const Lanes& said, const ScaleOfRoots& scale) {
  Lanes slope = Lanes::Ones();
  if (!scale.has_roots) return slope;
  for (Eigen::Index l = kFirstRoot; l < slope.size(); ++l) {
    slope[l] = std::exp(log_slope(said[l] - scale.first));
  }
  return slope;
}

}  // namespace

bool ScaleOfRoots::is_whole() const {
  return std::isfinite(least) && std::isfinite(largest) && std::isfinite(log_slopes) &&
         least <= first && first <= largest;
}

double prior_variance(ColumnRole role, double calendar_width) {
  // Standard deviations over s: what a column may do to log y, in units of the noise. That of the
  // gap is narrow: one-step errors inside the train part of the NASA iPSC job log were 0.994 with
  // it, 0.995 at a variance of 0.02, both with a kHuber of 3 and without roots. A wave of twice the
  // frequency of the week helped there only where it was so narrow (0.02) that it changed nothing
  // (0.994), and cost 0.2 % on drawn runs whose weekday is a single wave: there is none, and a row
  // a third less to learn.
  switch (role) {
    case ColumnRole::level:
      return 1;
    case ColumnRole::size:
    case ColumnRole::flag:
      return 4;
    case ColumnRole::weekday:
      return calendar_width * calendar_width;
    case ColumnRole::hour:
      return 0.5 * calendar_width * calendar_width;
    case ColumnRole::gap:
      return 0.005 * calendar_width * calendar_width;
    case ColumnRole::trend:
      return 2.25 * calendar_width * calendar_width;
  }
  return 0;
}

struct Filter::Look {
  std::array<Lanes, kColumnsMax> gain;  // P x
  Lanes centre;                         // on the scale of each lane
  Lanes said;                           // on that of z
  Lanes variance;                       // F, over s^2, for r = 1
  Centred mixed;
};

bool Filter::is_whole() const {
  return columns_ <= kColumnsMax && observations_ > 0 && mean_.size() == columns_ * kLanes &&
         covariance_.size() == columns_ * (columns_ + 1) / 2 * kLanes &&
         squares_.size() == kLanes && log_variance_.size() == kLanes && weight_.size() == kLanes &&
         scale_.is_whole();
}

Filter::Filter(std::span<const ColumnRole> roles, ResponseKind kind)
    : columns_(roles.size()),
      mean_(columns_ * kLanes, 0.0),
      covariance_(columns_ * (columns_ + 1) / 2 * kLanes, 0.0),
      squares_(kLanes, kNoiseFloor * kNoiseFloor),
      log_variance_(kLanes, 0.0),
      weight_(kLanes, 1.0 / kLanes),
      scale_{.has_roots = kind == ResponseKind::log} {
  if (columns_ > kColumnsMax) {
    throw Error{ErrorKind::invalid_input,
                "the regression has " + std::to_string(columns_) + " columns, too many",
                {.field = "covariates",
                 .value = std::to_string(columns_),
                 .rule = "at most " + std::to_string(kColumnsMax) + " columns with the calendar"}};
  }
  for (std::size_t i = 0; i < columns_; ++i) {
    for (std::size_t l = 0; l < kLanes; ++l) {
      covariance_[packed(i, i) * kLanes + l] =
          prior_variance(roles[i], kLaneSettings[l].calendar_width);
    }
  }
}

Filter::Look Filter::look(std::span<const double> row, double step) const {
  Look seen;
  seen.centre.setZero();
  for (std::size_t i = 0; i < columns_; ++i) {
    const double x_i = row[i];
    Lanes own = lanes(covariance_, packed(i, i)) * x_i;  // stays in registers over the loop
    for (std::size_t j = 0; j < i; ++j) {
      const ConstLaneMap p = lanes(covariance_, packed(i, j));
      own += p * row[j];
      seen.gain[j] += p * x_i;
    }
    seen.gain[i] = own;
    seen.centre += lanes(mean_, i) * x_i;
  }
  seen.gain[0] += drifts() * step;
  seen.variance.setOnes();
  for (std::size_t i = 0; i < columns_; ++i) {
    seen.variance += seen.gain[i] * row[i];
  }
  seen.said = as_said(seen.centre, scale_);
  const Lanes weight = weights_of(lanes(weight_, 0), seen.said, scale_);
  seen.mixed = {.centre = (weight * seen.said).sum(),
                .spread = std::sqrt((weight * seen.variance).sum())};
  return seen;
}

Centred Filter::predict(std::span<const double> row, double step) const {
  return look(row, step).mixed;
}

Centred Filter::absorb(std::span<const double> row, double step, double z) {
  if (observations_ == 0) {
    begin(z);
    return {.centre = z, .spread = 1};
  }
  const Look seen = look(row, step);
  lanes(covariance_, 0) += drifts() * step;
  learn(row, seen, z);
  ++observations_;
  scale_.least = std::min(scale_.least, z);
  scale_.largest = std::max(scale_.largest, z);
  scale_.log_slopes += log_slope(z - scale_.first);
  reweight();
  return seen.mixed;
}

void Filter::begin(double z) {
  scale_.first = scale_.least = scale_.largest = z;
  lanes(mean_, 0) = as_seen(z, scale_);
  observations_ = 1;
}

void Filter::learn(std::span<const double> row, const Look& seen, double z) {
  const double degrees = static_cast<double>(observations_);
  const Lanes squares = lanes(squares_, 0) / slopes(seen.said, scale_).square();  // of z
  const double noise = std::sqrt((lanes(weight_, 0) * squares).sum() / degrees);
  const double size = std::abs(z - seen.mixed.centre) / (noise * seen.mixed.spread);
  const double extra = observations_ >= kHuberFrom && size > kHuber ? size / kHuber - 1 : 0;
  const Lanes variance = seen.variance + extra;
  const Lanes error = as_seen(z, scale_) - seen.centre;
  const Lanes inverse = variance.inverse();
  const Lanes scaled = error * inverse;
  for (std::size_t i = 0; i < columns_; ++i) {
    if (i > 0 && row[i] == 0 && (seen.gain[i] == 0.0).all()) {
      continue;
    }
    lanes(mean_, i) += seen.gain[i] * scaled;
    const Lanes share = seen.gain[i] * inverse;
    for (std::size_t j = 0; j <= i; ++j) {
      lanes(covariance_, packed(i, j)) -= share * seen.gain[j];
    }
  }
  lanes(squares_, 0) += error * scaled;
  lanes(log_variance_, 0) += variance.log();
}

void Filter::reweight() {
  const double degrees = static_cast<double>(observations_);
  Lanes log_weight = -0.5 * lanes(log_variance_, 0) - 0.5 * degrees * lanes(squares_, 0).log();
  if (scale_.has_roots) log_weight.tail<kRootLanes>() += scale_.log_slopes;
  const Lanes weight = (log_weight - log_weight.maxCoeff()).exp();
  lanes(weight_, 0) = weight / weight.sum();
}

std::size_t Filter::best_lane() const {
  const auto end = weight_.begin() + (scale_.has_roots ? kFirstRoot : Eigen::Index{kLanes});
  return static_cast<std::size_t>(std::max_element(weight_.begin(), end) - weight_.begin());
}

std::vector<double> Filter::coefficients() const {
  std::vector<double> best(columns_);
  for (std::size_t i = 0; i < columns_; ++i) best[i] = mean_[i * kLanes + best_lane()];
  return best;
}

}  // namespace shelduck::forecast
