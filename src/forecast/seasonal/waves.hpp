// The waves of a season: its Fourier terms.
//
//   const Waves waves{12, 5};
//   waves.fill(t, row);   // cos x, sin x, cos 2x, sin 2x ... of x = 2 pi t / 12: columns() numbers
//
//   waves.effects_of(weights).at(t)    // what they add at step t
//
// Orders go to half of the period at most, where the sine vanishes and is left out. Threads: pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shelduck::forecast {

// What the waves of a season add to the values.
struct WaveEffects {
  std::size_t columns = 0;         // fitted weights
  std::vector<double> by_phase{};  // from that of step 0; one at least

  [[nodiscard]] double at(std::size_t step) const { return by_phase[step % by_phase.size()]; }
  [[nodiscard]] bool is_whole() const { return !by_phase.empty(); }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("columns", m.columns), visit("by_phase", m.by_phase);
  }
};

class Waves {
 public:
  Waves() = default;  // none
  Waves(std::size_t period, std::size_t order);

  [[nodiscard]] std::size_t period() const noexcept { return cosines_.size(); }
  [[nodiscard]] std::size_t columns() const noexcept;
  void fill(std::size_t step, std::span<double> row) const;
  // A weight for each column.
  [[nodiscard]] WaveEffects effects_of(std::span<const double> weights) const;

 private:
  std::size_t order_ = 0;
  std::vector<double> cosines_{};  // of the first wave, for each step of the season
  std::vector<double> sines_{};
};

}  // namespace shelduck::forecast
