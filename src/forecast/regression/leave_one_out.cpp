#include <Eigen/Core>
#include <cmath>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/regression/regression.hpp"
#include "shelduck/forecast/regression/rows.hpp"

namespace shelduck::forecast {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// One step of the forward pass, as the backward pass needs it.
struct Step {
  VectorXd x;
  VectorXd gain;    // P x / F
  double error;     // v
  double variance;  // F over s^2
};

VectorXd vector_of(std::span<const double> row) {
  return Eigen::Map<const VectorXd>(row.data(), static_cast<Index>(row.size()));
}

std::vector<Step> forward(const Rows& rows, std::span<const double> z, const LaneSetting& setting) {
  const auto columns = static_cast<Index>(rows.inputs().columns());
  MatrixXd covariance = MatrixXd::Zero(columns, columns);
  for (Index i = 0; i < columns; ++i) {
    covariance(i, i) =
        prior_variance(rows.inputs().roles()[static_cast<std::size_t>(i)], setting.calendar_width);
  }
  VectorXd mean = VectorXd::Zero(columns);
  mean[0] = z[0];
  std::vector<Step> steps;
  for (std::size_t t = 1; t < z.size(); ++t) {
    covariance(0, 0) += setting.drift * rows.step(t);
    const VectorXd x = vector_of(rows.row(t));
    const VectorXd projected = covariance * x;
    const double variance = 1 + x.dot(projected);
    const double error = z[t] - x.dot(mean);
    const VectorXd gain = projected / variance;
    mean += gain * error;
    covariance -= projected * gain.transpose();
    steps.push_back({.x = x, .gain = gain, .error = error, .variance = variance});
  }
  return steps;
}

}  // namespace

LeaveOneOut leave_one_out(const Series& series) {
  const Fitted<RegressionModel> fitted = fit_regression(series);
  const std::size_t n = series.values.size();
  if (n < 2) {
    throw Error{ErrorKind::invalid_input,
                "nothing is left when one value of one is left out",
                {.field = "values", .value = std::to_string(n), .rule = "at least 2"}};
  }
  const Rows rows{series};
  std::vector<double> z;
  for (const double value : series.values) {
    z.push_back(fitted.model.response.to_scale(value));
  }
  const std::vector<Step> steps = forward(rows, z, kLaneSettings[fitted.model.filter.best_lane()]);
  LeaveOneOut result{.errors = std::vector<double>(n), .leverages = std::vector<double>(n)};
  const auto columns = static_cast<Index>(rows.inputs().columns());
  VectorXd r = VectorXd::Zero(columns);
  MatrixXd information = MatrixXd::Zero(columns, columns);
  for (std::size_t t = n - 1; t > 0; --t) {
    const Step& step = steps[t - 1];
    const double u = step.error / step.variance - step.gain.dot(r);
    const VectorXd carried = information * step.gain;
    const double d = 1 / step.variance + step.gain.dot(carried);
    result.errors[t] = u / d;
    result.leverages[t] = 1 - d;
    // L = I - gain x';  r <- x v / F + L' r = r + x u;  N <- x x' / F + L' N L
    r += step.x * u;
    information += step.x * step.x.transpose() * d - step.x * carried.transpose() -
                   carried * step.x.transpose();
  }
  // The first value set the diffuse level: its gain is the level's unit vector and 1 / F is 0.
  result.errors[0] = -r[0] / information(0, 0);
  result.leverages[0] = 1 - information(0, 0);
  return result;
}

}  // namespace shelduck::forecast
