// Where the search for the best course of a form begins: a line through the first values, and the
// mean distances of its phases from it.
//
//   const EtsState start = ets_start({.form = form, .period = 12}, values);
//
// The line is the least squares one through the first max(10, 3 periods) values; without a trend it
// is their mean. Indices are means over a phase of y - line or y / line, moved to sum to 0 or to
// the period; multiplicative ones are at least kIndexFloor. Where the line of a multiplicative form
// is not positive, their mean stands in for it.
// Source: Hyndman, Koehler, Ord, Snyder 2008, section 2.6.1, with the phases of a line instead of a
// moving average: the search moves them to their best place anyway. Cost O(period).
// Threads: pure. Failure: none; values are not empty.
#pragma once

#include <span>

#include "shelduck/forecast/smoothing/ets_squares.hpp"

namespace shelduck::forecast {

[[nodiscard]] EtsState ets_start(const EtsSetting& setting, std::span<const double> values);

}  // namespace shelduck::forecast
