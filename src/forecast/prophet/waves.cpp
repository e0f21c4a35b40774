#include "shelduck/forecast/prophet/waves.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shelduck::forecast {

Waves::Waves(std::size_t period, std::size_t order) : order_(std::min(order, period / 2)) {
  for (std::size_t i = 0; i < period; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(period);
    cosines_.push_back(std::cos(2 * std::numbers::pi * share));
    sines_.push_back(std::sin(2 * std::numbers::pi * share));
  }
}

std::size_t Waves::columns() const noexcept {
  const bool vanishes = order_ > 0 && 2 * order_ == period();
  return 2 * order_ - (vanishes ? 1 : 0);
}

void Waves::fill(std::size_t step, std::span<double> row) const {
  const std::size_t count = columns();
  for (std::size_t column = 0; column < count; ++column) {
    const std::size_t place = (column / 2 + 1) * (step % period()) % period();
    row[column] = column % 2 == 0 ? cosines_[place] : sines_[place];
  }
}

}  // namespace shelduck::forecast
