// How strong the season of a series is: the share of what remains beside the trend that a slowly
// changing season explains.
//
//   seasonal_strength(values, 12)     // 0 for noise, 1 for a season without any
//
//   max(0, 1 - var(remainder) / var(season + remainder))
//
// Source: Wang, Smith, Hyndman 2006; season, trend and remainder by stl.hpp, the season over 11
// cycles. Cost: some 8 n m. Threads: pure. Failure: Error invalid_input for a period below 2 and
// for fewer than 2 period + 1 values.
#pragma once

#include <cstddef>
#include <span>

namespace shelduck::forecast {

[[nodiscard]] double seasonal_strength(std::span<const double> values, std::size_t period);

}  // namespace shelduck::forecast
