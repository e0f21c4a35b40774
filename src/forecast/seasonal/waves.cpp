#include "shelduck/forecast/seasonal/waves.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

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

WaveEffects Waves::effects_of(std::span<const double> weights) const {
  WaveEffects effects{.columns = columns()};
  std::vector<double> row(columns());
  for (std::size_t phase = 0; phase < period(); ++phase) {
    fill(phase, row);
    effects.by_phase.push_back(std::inner_product(row.begin(), row.end(), weights.begin(), 0.0));
  }
  return effects;
}

}  // namespace shelduck::forecast
