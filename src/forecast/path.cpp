#include "shelduck/forecast/path.hpp"

#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {

Path flat_path(double point, std::optional<double> deviation, std::size_t horizon) {
  check_horizon(horizon);
  Path path{.points = std::vector<double>(horizon, point)};
  if (deviation) {
    path.deviations.assign(horizon, *deviation);
  }
  return path;
}

void check_horizon(std::size_t horizon) {
  if (horizon == 0 || horizon > kHorizonMax) {
    const std::string rule = "from 1 to " + std::to_string(kHorizonMax) + " steps";
    throw Error{ErrorKind::invalid_input,
                "the horizon is " + std::to_string(horizon) + ", but must be " + rule,
                {.field = "horizon", .value = std::to_string(horizon), .rule = rule}};
  }
}

void check_length(std::string_view model, std::size_t have, std::size_t need) {
  if (have < need) {
    const std::string rule = "at least " + std::to_string(need) + " values";
    throw Error{ErrorKind::invalid_input,
                "the model " + std::string{model} + " cannot be fitted to " + std::to_string(have) +
                    " values, but needs " + rule,
                {.field = "values", .value = std::to_string(have), .rule = rule}};
  }
}

}  // namespace shelduck::forecast
