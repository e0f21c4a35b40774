// The waves of a season: its Fourier terms.
//
//   const Waves waves{12, 5};
//   waves.fill(t, row);   // cos x, sin x, cos 2x, sin 2x ... of x = 2 pi t / 12: columns() numbers
//
// Orders go to half of the period at most, where the sine vanishes and is left out. Threads: pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shelduck::forecast {

class Waves {
 public:
  Waves() = default;  // none
  Waves(std::size_t period, std::size_t order);

  [[nodiscard]] std::size_t period() const noexcept { return cosines_.size(); }
  [[nodiscard]] std::size_t columns() const noexcept;
  void fill(std::size_t step, std::span<double> row) const;

 private:
  std::size_t order_ = 0;
  std::vector<double> cosines_{};  // of the first wave, for each step of the season
  std::vector<double> sines_{};
};

}  // namespace shelduck::forecast
