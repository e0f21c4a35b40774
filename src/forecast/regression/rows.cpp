#include "shelduck/forecast/regression/rows.hpp"

namespace shelduck::forecast {
namespace {

std::vector<CovariateKind> kinds_of(const Series& series) {
  std::vector<CovariateKind> kinds;
  kinds.reserve(series.covariates.size());
  for (const Covariate& column : series.covariates) {
    kinds.push_back(column.kind);
  }
  return kinds;
}

}  // namespace

Rows::Rows(const Series& series)
    : inputs_(kinds_of(series), !series.times.empty(), series.local_offset_seconds) {
  const std::size_t n = series.values.size();
  entries_.reserve(n * inputs_.columns());
  steps_.reserve(n);
  std::vector<double> known(series.covariates.size());
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t c = 0; c < known.size(); ++c) {
      known[c] = series.covariates[c].values[t];
    }
    RunInputs run{.covariates = known};
    if (!series.times.empty()) {
      run.time = series.times[t];
    }
    steps_.push_back(inputs_.step(run));
    const std::vector<double> row = inputs_.absorb(run);
    entries_.insert(entries_.end(), row.begin(), row.end());
  }
}

}  // namespace shelduck::forecast
