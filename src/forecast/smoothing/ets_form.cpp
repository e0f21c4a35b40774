#include "shelduck/forecast/smoothing/ets_form.hpp"

namespace shelduck::forecast {

std::string to_string(const EtsForm& form) {
  std::string text = form.error == EtsError::additive ? "A," : "M,";
  switch (form.trend) {
    case Trend::none:
      text += "N,";
      break;
    case Trend::additive:
      text += "A,";
      break;
    case Trend::damped:
      text += "Ad,";
      break;
  }
  switch (form.season) {
    case EtsSeason::none:
      return text + "N";
    case EtsSeason::additive:
      return text + "A";
    case EtsSeason::multiplicative:
      break;
  }
  return text + "M";
}

std::size_t ets_parameters(const EtsForm& form) noexcept {
  const std::size_t season = form.season == EtsSeason::none ? 0 : 1;
  switch (form.trend) {
    case Trend::none:
      return 1 + season;
    case Trend::additive:
      return 2 + season;
    case Trend::damped:
      break;
  }
  return 3 + season;
}

std::size_t ets_states(const EtsForm& form, std::size_t period) noexcept {
  const std::size_t level_and_slope = form.trend == Trend::none ? 1 : 2;
  return level_and_slope + (form.season == EtsSeason::none ? 0 : period - 1);
}

std::size_t values_needed(const EtsForm& form, std::size_t period) noexcept {
  return ets_parameters(form) + ets_states(form, period) + 1;
}

}  // namespace shelduck::forecast
