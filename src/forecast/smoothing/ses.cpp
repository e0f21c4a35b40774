#include "shelduck/forecast/smoothing/ses.hpp"

#include <algorithm>
#include <cmath>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kDefaultIndex = 3;
static_assert(kAlphas[kDefaultIndex] == kDefaultAlpha);

}  // namespace

std::size_t SesModel::best() const {
  if (n < kErrorsToChoose + 1) return kDefaultIndex;
  // Equal ones may differ by rounding.
  constexpr double kEqual = 1 + 1e-9;
  const double least = *std::min_element(losses.begin(), losses.end());
  const auto is_least = [&](double loss) { return loss <= least * kEqual; };
  return static_cast<std::size_t>(std::find_if(losses.begin(), losses.end(), is_least) -
                                  losses.begin());
}

void SesModel::absorb(double value) {
  if (n == 0) levels.fill(value);
  for (std::size_t a = 0; a < kAlphas.size() && n > 0; ++a) {
    const double error = value - levels[a];
    losses[a] += std::abs(error);
    levels[a] += kAlphas[a] * error;
  }
  ++n;
}

Fitted<SesModel> fit_ses(std::span<const double> values) {
  if (values.empty()) {
    throw Error{ErrorKind::invalid_input,
                "exponential smoothing cannot be fitted to no values",
                {.field = "values", .value = "0", .rule = "at least one value"}};
  }
  Fitted<SesModel> fitted{.model = {}, .backtest = {.first = 1}};
  fitted.backtest.steps.reserve(values.size());
  for (const double value : values) {
    if (fitted.model.n > 0) fitted.backtest.steps.push_back(predict_next(fitted.model));
    fitted.model.absorb(value);
  }
  return fitted;
}

Centred predict_next(const SesModel& model) { return {.centre = model.level()}; }

}  // namespace shelduck::forecast
