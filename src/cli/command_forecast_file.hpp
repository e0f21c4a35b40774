// `shelduck forecast FILE`: the coming values of every series of a file, with intervals.
//
// Two passes: the first fits each series, forecasts, and puts aside in a nameless file what its
// intervals need; the second, when the errors of all series are known, writes the rows. Memory: one
// series and the pooled scores; room in the folder for temporary files: that of the answer.
#pragma once

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/request.hpp"

namespace shelduck::cli {

[[nodiscard]] Answer forecast_file(const Request& request);

}  // namespace shelduck::cli
