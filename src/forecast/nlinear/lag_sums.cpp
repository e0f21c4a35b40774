#include "shelduck/forecast/nlinear/lag_sums.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr int kLeastRidge = -6;  // powers of ten
constexpr int kGreatestRidge = 2;

constexpr double kLeastUnit = 1e-3;  // of the mean difference of neighbours
constexpr double kQuantum = 0x1p-40;

double mean_difference(std::span<const double> values, std::size_t m) {
  double sum = 0;
  const auto count = static_cast<double>(values.size() - m);
  for (std::size_t t = m; t < values.size(); ++t)
    sum += std::abs(values[t] - values[t - m]) / count;
  return sum;
}

// Of more than one value.
double unit_of(std::span<const double> values, std::size_t period) {
  const double plain = mean_difference(values, 1);
  if (period < 2 || values.size() <= period) return plain;
  return std::max(mean_difference(values, period), kLeastUnit * plain);
}

// The normal equations of one step, turned to their axes.
class RidgePath {
 public:
  RidgePath(const Eigen::MatrixXd& products, const Eigen::VectorXd& with_target, double targets,
            std::size_t rows)
      : axes_(products),
        turned_(axes_.eigenvectors().transpose() * with_target),
        targets_(targets),
        rows_(static_cast<double>(rows)),
        mean_(products.diagonal().mean()) {}

  [[nodiscard]] Eigen::VectorXd best() const {
    double best_ridge = 0;
    double least = std::numeric_limits<double>::infinity();
    for (int power = kLeastRidge; power <= kGreatestRidge; ++power) {
      const double ridge = mean_ * std::pow(10.0, power);
      const double error = cross_validation(ridge);
      if (error < least) {
        least = error;
        best_ridge = ridge;
      }
    }
    return best_ridge > 0 ? weights(best_ridge) : Eigen::VectorXd::Zero(turned_.size());
  }

 private:
  [[nodiscard]] Eigen::ArrayXd damped(double ridge) const {
    return axes_.eigenvalues().array().max(0) + ridge;
  }

  [[nodiscard]] Eigen::VectorXd weights(double ridge) const {
    return axes_.eigenvectors() * (turned_.array() / damped(ridge)).matrix();
  }

  [[nodiscard]] double cross_validation(double ridge) const {
    const Eigen::ArrayXd sizes = axes_.eigenvalues().array().max(0);
    const Eigen::ArrayXd shrunk = damped(ridge);
    const Eigen::ArrayXd squares = turned_.array().square();
    const double rest =
        targets_ - 2 * (squares / shrunk).sum() + (sizes * squares / shrunk.square()).sum();
    const double free = rows_ - (sizes / shrunk).sum();
    return free > 0 ? std::max(0.0, rest) / (free * free) : std::numeric_limits<double>::infinity();
  }

  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes_;
  Eigen::VectorXd turned_;
  double targets_;
  double rows_;
  double mean_;
};

LagShape checked(const LagShape& shape) {
  if (shape.lags >= 2 && shape.horizon >= 1) return shape;
  const bool few = shape.lags < 2;
  throw Error{ErrorKind::invalid_input,
              "a forecast on lags needs at least 2 lags and a step",
              {.field = few ? "lags" : "horizon",
               .value = std::to_string(few ? shape.lags : shape.horizon),
               .rule = few ? "at least 2" : "at least 1"}};
}

}  // namespace

std::vector<std::size_t> LagShape::distances(std::size_t step) const {
  std::set<std::size_t> distances;
  for (std::size_t i = 1; i < lags; ++i) distances.insert(i);
  for (const std::size_t season : seasons) {
    const std::size_t first = (step + season - 1) / season;
    for (std::size_t ago = first; ago < first + kSeasonsAgo; ++ago) {
      const std::size_t farthest = ago * season - step + kAroundSeason;
      for (std::size_t i = 0; i <= std::min(2 * kAroundSeason, farthest - 1); ++i) {
        distances.insert(farthest - i);
      }
    }
  }
  return {distances.begin(), distances.end()};
}

std::size_t LagShape::reach() const {
  const std::size_t longest = seasons.empty() ? 0 : std::ranges::max(seasons);
  return std::max(lags, longest > 0 ? kSeasonsAgo * longest + kAroundSeason : 0);
}

LagSums::LagSums(const LagShape& shape) : shape_(checked(shape)) {
  const bool is_plain = shape_.seasons.empty();
  const std::size_t together = is_plain ? shape_.horizon : 1;
  for (std::size_t first = 0; first < shape_.horizon; first += together) {
    Group group{.distances = shape_.distances(first + 1), .first = first};
    const std::size_t lags = group.distances.size();
    group.by_step.assign(together, {.products = std::vector<Fixed>(lags * lags),
                                    .with_target = std::vector<Fixed>(lags)});
    groups_.push_back(std::move(group));
  }
}

void LagSums::add(std::span<const double> values, std::size_t period) {
  if (values.size() < shape_.lags + 1) return;
  const double unit = unit_of(values, period);
  if (!(unit > 0)) return;
  for (Group& group : groups_) add_to(group, values, unit);
}

void LagSums::add_to(Group& group, std::span<const double> values, double unit) {
  const std::size_t lags = group.distances.size();
  const std::size_t steps = group.by_step.size();
  std::vector<double> row(lags);
  std::vector<Sums<double>> own(steps, {.products = std::vector<double>(lags * lags),
                                        .with_target = std::vector<double>(lags)});
  for (std::size_t t = group.distances.back(); t + 1 + group.first < values.size(); ++t) {
    for (std::size_t i = 0; i < lags; ++i) {
      row[i] = (values[t - group.distances[i]] - values[t]) / unit;
    }
    const std::size_t known = std::min(steps, values.size() - 1 - group.first - t);
    Sums<double>& of_known = own[known - 1];
    ++of_known.rows;
    for (std::size_t i = 0; i < lags; ++i) {
      for (std::size_t j = 0; j <= i; ++j) of_known.products[i * lags + j] += row[i] * row[j];
    }
    for (std::size_t h = 0; h < known; ++h) {
      const double target = (values[t + 1 + group.first + h] - values[t]) / unit;
      own[h].targets += target * target;
      for (std::size_t i = 0; i < lags; ++i) own[h].with_target[i] += row[i] * target;
    }
  }
  for (std::size_t h = 0; h < steps; ++h) take(own[h], group.by_step[h]);
}

void LagSums::take(const Sums<double>& own, Sums<Fixed>& all) {
  const auto fixed = [](double sum) { return static_cast<Fixed>(std::nearbyint(sum / kQuantum)); };
  for (std::size_t i = 0; i < own.products.size(); ++i) all.products[i] += fixed(own.products[i]);
  for (std::size_t i = 0; i < own.with_target.size(); ++i) {
    all.with_target[i] += fixed(own.with_target[i]);
  }
  all.targets += fixed(own.targets);
  all.rows += own.rows;
}

LagWeights LagSums::solved(std::size_t least_rows) const {
  LagWeights weights{.shape = shape_};
  weights.by_step.resize(shape_.horizon);
  for (std::size_t i = groups_.size(); i-- > 0;) solve(groups_[i], weights, least_rows);
  return weights;
}

void LagSums::solve(const Group& group, LagWeights& weights, std::size_t least_rows) {
  const auto lags = static_cast<Eigen::Index>(group.distances.size());
  const auto plain = [](Fixed sum) { return static_cast<double>(sum) * kQuantum; };
  weights.rows = 0;
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(lags, lags);
  for (std::size_t h = group.by_step.size(); h-- > 0;) {
    const Sums<Fixed>& sums = group.by_step[h];
    weights.rows += sums.rows;
    Eigen::VectorXd with_target{lags};
    for (Eigen::Index i = 0; i < lags; ++i) {
      with_target[i] = plain(sums.with_target[static_cast<std::size_t>(i)]);
      for (Eigen::Index j = 0; j <= i; ++j) {
        products(i, j) += plain(sums.products[static_cast<std::size_t>(i * lags + j)]);
      }
    }
    const Eigen::MatrixXd whole = products.selfadjointView<Eigen::Lower>();
    const RidgePath path{whole, with_target, plain(sums.targets), weights.rows};
    const Eigen::VectorXd best = path.best();
    const std::size_t step = group.first + h;
    weights.by_step[step] = {.distances = group.distances, .weights = {best.begin(), best.end()}};
    if (weights.rows < least_rows && step + 1 == weights.by_step.size()) {
      weights.by_step.pop_back();
    }
  }
}

}  // namespace shelduck::forecast
