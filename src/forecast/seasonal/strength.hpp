// How strong the season of a series is: the share of what remains beside the trend that a slowly
// changing season explains.
//
//   seasonal_strength(values, 12)     // 0 for noise, 1 for a season without any
//
//   max(0, 1 - var(remainder) / var(season + remainder))
//
// Source: Wang, Smith, Hyndman 2006; season, trend and remainder by STL (Cleveland, Cleveland,
// McRae, Terpenning 1990): two rounds without robustness weights, the season's loess of degree 0
// over 11 cycles, that of the trend of degree 1 over the next odd number from 1.5 m / (1 - 1.5 /
// 11), that of the low pass of degree 1 over the next odd number from m.
// Cost: some 8 n m. Threads: pure. Failure: Error invalid_input for a period below 2 and for fewer
// than 2 period + 1 values.
#pragma once

#include <cstddef>
#include <span>

namespace shelduck::forecast {

[[nodiscard]] double seasonal_strength(std::span<const double> values, std::size_t period);

}  // namespace shelduck::forecast
