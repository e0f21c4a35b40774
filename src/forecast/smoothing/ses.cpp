#include "shelduck/forecast/smoothing/ses.hpp"

#include <algorithm>
#include <cmath>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::size_t kDefaultIndex = 3;
static_assert(kAlphas[kDefaultIndex] == kDefaultAlpha);

// All candidate levels side by side, with the absolute error that each has gathered.
struct Levels {
  std::array<double, kAlphas.size()> level{};
  std::array<double, kAlphas.size()> loss{};
  std::size_t errors = 0;

  [[nodiscard]] std::size_t best() const {
    if (errors < kErrorsToChoose) {
      return kDefaultIndex;
    }
    return static_cast<std::size_t>(std::min_element(loss.begin(), loss.end()) - loss.begin());
  }

  void absorb(double value) {
    for (std::size_t a = 0; a < kAlphas.size(); ++a) {
      const double error = value - level[a];
      loss[a] += std::abs(error);
      level[a] += kAlphas[a] * error;
    }
    ++errors;
  }
};

}  // namespace

Fitted<SesModel> fit_ses(std::span<const double> values) {
  if (values.empty()) {
    throw Error{ErrorKind::invalid_input,
                "exponential smoothing cannot be fitted to no values",
                {.field = "values", .value = "0", .rule = "at least one value"}};
  }
  Fitted<SesModel> fitted{.model = {.n = values.size()}, .backtest = {.first = 1}};
  fitted.backtest.steps.reserve(values.size());
  Levels levels;
  levels.level.fill(values.front());
  for (const double value : values.subspan(1)) {
    fitted.backtest.steps.push_back({.centre = levels.level[levels.best()]});
    levels.absorb(value);
  }
  const std::size_t best = levels.best();
  fitted.model.level = levels.level[best];
  fitted.model.alpha = kAlphas[best];
  return fitted;
}

Centred predict_next(const SesModel& model) { return {.centre = model.level}; }

}  // namespace shelduck::forecast
