#include "shelduck/forecast/prophet/changepoints.hpp"

#include <algorithm>
#include <cmath>

namespace shelduck::forecast {

std::vector<std::size_t> changepoints_of(std::size_t steps, std::size_t most) {
  const std::size_t reach = steps * 4 / 5;
  if (reach < 2) return {};
  const std::size_t count = std::min(most, reach - 1);
  std::vector<std::size_t> places;
  for (std::size_t j = 1; j <= count; ++j) {
    const double place = static_cast<double>(j * (reach - 1)) / static_cast<double>(count);
    places.push_back(static_cast<std::size_t>(std::nearbyint(place)));
  }
  return places;
}

}  // namespace shelduck::forecast
