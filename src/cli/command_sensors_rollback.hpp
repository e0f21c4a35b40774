// Readings written into the file of an older program.
#pragma once

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/request.hpp"

namespace shelduck::cli {

Answer roll_back_readings(const Request& request);

}  // namespace shelduck::cli
