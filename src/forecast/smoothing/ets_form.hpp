// The forms of exponential smoothing: how error, trend and season come together.
//
//   const EtsForm form{.error = EtsError::additive, .trend = Trend::damped,
//                      .season = EtsSeason::multiplicative};
//   to_string(form)                  // "A,Ad,M"
//   values_needed(form, 12)          // the fewest values that leave a degree of freedom
//
// Source: Hyndman, Koehler, Ord, Snyder 2008, section 2.5. Threads: plain data.
#pragma once

#include <cstddef>
#include <string>

#include "shelduck/forecast/smoothing/holt.hpp"

namespace shelduck::forecast {

enum class EtsError { additive, multiplicative };
enum class EtsSeason { none, additive, multiplicative };

// More values in a season are too many start values for what a series tells.
inline constexpr std::size_t kEtsPeriodMax = 24;

struct EtsForm {
  EtsError error = EtsError::additive;
  Trend trend = Trend::none;
  EtsSeason season = EtsSeason::none;

  friend bool operator==(const EtsForm&, const EtsForm&) = default;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("error", m.error, EtsError::multiplicative), visit("trend", m.trend, Trend::damped),
        visit("season", m.season, EtsSeason::multiplicative);
  }
};

[[nodiscard]] std::string to_string(const EtsForm& form);

// alpha, and beta, gamma, phi where the form has them.
[[nodiscard]] std::size_t ets_parameters(const EtsForm& form) noexcept;
// Start values: level, slope, and all of a season but the one that the others imply.
[[nodiscard]] std::size_t ets_states(const EtsForm& form, std::size_t period) noexcept;

[[nodiscard]] std::size_t values_needed(const EtsForm& form, std::size_t period) noexcept;

}  // namespace shelduck::forecast
