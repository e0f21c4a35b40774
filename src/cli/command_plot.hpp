// `shelduck forecast plot FILE --id X`: one series of a file with its forecast, as a picture.
//
// The numbers are those of `shelduck forecast FILE`, whose intervals learn from all series of the
// file, so all of them are fitted; the file is read twice.
#pragma once

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/request.hpp"

namespace shelduck::cli {

[[nodiscard]] Answer plot_series(const Request& request);

}  // namespace shelduck::cli
