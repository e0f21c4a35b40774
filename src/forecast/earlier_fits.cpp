#include "shelduck/forecast/earlier_fits.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <variant>

#include "shelduck/forecast/intervals/scored_origins.hpp"

namespace shelduck::forecast {
namespace {

bool is_line_within(const RegularState& state) {
  const auto* mstl = std::get_if<MstlModel>(&state);
  return mstl != nullptr && std::holds_alternative<ProphetModel>(mstl->adjusted);
}

// Of the first `known` values, with the seasons of `state`.
std::optional<RegularState> fit_before(const RegularState& state, const RegularSeries& series,
                                       std::size_t known) {
  const auto before = std::span{series.values}.first(known);
  if (const auto* alone = std::get_if<ProphetModel>(&state)) {
    return fitted_anew(*alone, before, series.covariates.rows(), series.check);
  }
  return fitted_anew(std::get<MstlModel>(state), before, [&](std::span<const double> adjusted) {
    return AdjustedState{fit_prophet(adjusted, {}, {}, series.check)};
  });
}

}  // namespace

std::vector<EarlierFit> earlier_fits(const RegularState& state, const RegularSeries& series) {
  if (!std::holds_alternative<ProphetModel>(state) && !is_line_within(state)) return {};
  std::vector<EarlierFit> fits;
  const std::size_t n = series.values.size();
  const std::size_t first = first_scored_origin(n, series.period);
  const std::size_t part = (n - std::min(first, n)) / kEarlierFits + 1;
  for (std::size_t known = first; known < n; known += part) {
    if (auto fit = fit_before(state, series, known)) {
      fits.push_back({.known = known, .state = *std::move(fit)});
    }
  }
  fits.push_back({.known = n, .state = state});
  return fits;
}

}  // namespace shelduck::forecast
