// Mean and spread of values that come one after another.
//
//   Moments moments;
//   moments.add(31.0);
//   moments.mean, moments.sample_deviation()
//
// Source: Welford 1962, which loses nothing to a large common offset. The same values in the same
// order give the same bits, however they are split into calls. Threads: plain data. Values within
// kMagnitudeMax keep the squares finite.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>

namespace shelduck::forecast {

struct Moments {
  std::size_t n = 0;
  double mean = 0;
  double squares = 0;  // sum of (value - mean)^2

  void add(double value) {
    ++n;
    const double before = value - mean;
    mean += before / static_cast<double>(n);
    squares += before * (value - mean);
  }

  // With divisor n; 0 without values.
  [[nodiscard]] double deviation() const {
    return n == 0 ? 0 : std::sqrt(squares / static_cast<double>(n));
  }
  // With divisor n - 1; nothing for fewer than two values.
  [[nodiscard]] std::optional<double> sample_deviation() const {
    return n < 2 ? std::nullopt : std::optional{std::sqrt(squares / static_cast<double>(n - 1))};
  }

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("n", m.n), visit("mean", m.mean), visit("squares", m.squares);
  }
};

}  // namespace shelduck::forecast
