// Orders of a seasonal ARIMA: how many differences, and how many terms on either side.
//
//   const ArimaOrders airline{.q = 1, .D = 1, .Q = 1, .d = 1};
//   to_string(airline, 12)      // "(0,1,1)(0,1,1)12"
//
// Threads: plain data.
#pragma once

#include <cstddef>
#include <string>

namespace shelduck::forecast {

inline constexpr std::size_t kArimaOrderMax = 5;     // of p and q
inline constexpr std::size_t kArimaSeasonalMax = 2;  // of P and Q
inline constexpr std::size_t kArimaDifferencesMax = 2;
inline constexpr std::size_t kArimaPeriodMax = 24;
inline constexpr std::size_t kArimaColumnsMax = 16;  // of covariates
// Of covariates and the waves of long seasons: with them the unknowns are at most kUnknownsMax.
inline constexpr std::size_t kArimaRegressorsMax = 48;

struct ArimaOrders {
  std::size_t p = 0;
  std::size_t d = 0;
  std::size_t q = 0;
  std::size_t P = 0;  // the same of a season
  std::size_t D = 0;
  std::size_t Q = 0;
  bool constant = false;  // the mean of what is left after the differences

  friend bool operator==(const ArimaOrders&, const ArimaOrders&) = default;

  [[nodiscard]] bool is_whole() const {
    return p <= kArimaOrderMax && q <= kArimaOrderMax && P <= kArimaSeasonalMax &&
           Q <= kArimaSeasonalMax && d <= kArimaDifferencesMax && D <= 1;
  }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("p", m.p), visit("d", m.d), visit("q", m.q), visit("P", m.P), visit("D", m.D),
        visit("Q", m.Q), visit("constant", m.constant);
  }
};

// How many parameters are estimated.
[[nodiscard]] constexpr std::size_t arima_parameters(const ArimaOrders& o) noexcept {
  return o.p + o.P + o.q + o.Q + (o.constant ? 1 : 0);
}

// How many values the differences use up.
[[nodiscard]] constexpr std::size_t arima_lost(const ArimaOrders& o, std::size_t period) noexcept {
  return o.d + o.D * period;
}

// The season is left out where there is none; " with constant" where there is one.
[[nodiscard]] std::string to_string(const ArimaOrders& orders, std::size_t period);

}  // namespace shelduck::forecast
