// Four numbers that are worked on at once: an ARIMA at four places of its parameters.
//
//   ArimaLanes x = lanes_of<ArimaLanes>(1.0);
//   set_lane(x, 2, 5.0);
//   (x * x + x)[...]            // each number for itself
//
// Two pairs, as every x86-64 and every ARMv8 can take them. The functions are there for double,
// too, as one lane: what is written for a Number is the same, bit for bit, in each lane of either.
// Threads: plain data. Private to this room.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>

namespace shelduck::forecast {

struct ArimaLanes {
  using Pair [[gnu::vector_size(2 * sizeof(double))]] = double;
  Pair low{};
  Pair high{};

  ArimaLanes& operator+=(const ArimaLanes& other) { return *this = *this + other; }
  ArimaLanes& operator-=(const ArimaLanes& other) { return *this = *this - other; }
  ArimaLanes& operator*=(const ArimaLanes& other) { return *this = *this * other; }

  friend ArimaLanes operator+(const ArimaLanes& a, const ArimaLanes& b) {
    return {.low = a.low + b.low, .high = a.high + b.high};
  }
  friend ArimaLanes operator-(const ArimaLanes& a, const ArimaLanes& b) {
    return {.low = a.low - b.low, .high = a.high - b.high};
  }
  friend ArimaLanes operator*(const ArimaLanes& a, const ArimaLanes& b) {
    return {.low = a.low * b.low, .high = a.high * b.high};
  }
  friend ArimaLanes operator/(const ArimaLanes& a, const ArimaLanes& b) {
    return {.low = a.low / b.low, .high = a.high / b.high};
  }
};

template <class Number>
inline constexpr std::size_t kLanesOf = 4;
template <>
inline constexpr std::size_t kLanesOf<double> = 1;

inline double lane(double number, std::size_t /*k*/) { return number; }
inline double lane(const ArimaLanes& number, std::size_t k) {
  return k < 2 ? number.low[k] : number.high[k - 2];
}

inline void set_lane(double& number, std::size_t /*k*/, double value) { number = value; }
inline void set_lane(ArimaLanes& number, std::size_t k, double value) {
  if (k < 2) {
    number.low[k] = value;
  } else {
    number.high[k - 2] = value;
  }
}

// The same in every lane.
template <class Number>
[[nodiscard]] Number lanes_of(double value) {
  if constexpr (std::same_as<Number, double>) {
    return value;
  } else {
    const ArimaLanes::Pair pair{value, value};
    return {.low = pair, .high = pair};
  }
}

// `function` of each lane.
template <class Number, class Function>
[[nodiscard]] Number each_lane(const Number& number, const Function& function) {
  Number result{};
  for (std::size_t k = 0; k < kLanesOf<Number>; ++k) {
    set_lane(result, k, function(lane(number, k)));
  }
  return result;
}

template <class Number>
[[nodiscard]] double largest_size(const Number& number) {
  double size = std::abs(lane(number, 0));
  for (std::size_t k = 1; k < kLanesOf<Number>; ++k) {
    size = std::max(size, std::abs(lane(number, k)));
  }
  return size;
}

}  // namespace shelduck::forecast
