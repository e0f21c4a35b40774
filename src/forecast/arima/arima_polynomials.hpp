// Polynomials 1 - c_1 B - c_2 B^2 - ... in the backshift B: the two sides of an ARIMA, and its
// differences.
//
//   const ArimaFactor near = factor_of_partials(std::array{0.5, -0.2});
//   const ArimaTerms<double> ar = arima_terms(near, season, 12);   // of the product, by lag
//   has_roots_beyond(near, 1.01)                                   // all of modulus > 1.01
//
// A factor of partial autocorrelations within (-1, 1) has all its roots outside the unit circle,
// and every such factor is one of these (Barndorff-Nielsen, Schou 1973; Monahan 1984).
// Threads: pure, nothing allocated. Private to this room.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "shelduck/forecast/arima/arima_orders.hpp"

namespace shelduck::forecast {

// c_1, c_2, ... of a polynomial of low degree.
struct ArimaFactor {
  std::array<double, kArimaOrderMax> weights{};
  std::size_t degree = 0;

  [[nodiscard]] bool is_whole() const { return degree <= weights.size(); }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("weights", m.weights), visit("degree", m.degree);
  }
};

// What a product of factors has beside its 1: weight and lag. A lag may come twice.
inline constexpr std::size_t kArimaTermsMax = (kArimaOrderMax + 1) * (kArimaSeasonalMax + 1) - 1;

template <class Number>
struct ArimaTerms {
  std::array<Number, kArimaTermsMax> weights{};
  std::array<std::size_t, kArimaTermsMax> lags{};
  std::size_t count = 0;
  std::size_t longest = 0;  // lag

  void add(std::size_t lag, const Number& weight) {
    weights[count] = weight;
    lags[count] = lag;
    ++count;
    longest = lag > longest ? lag : longest;
  }

  [[nodiscard]] bool is_whole() const {
    if (count > kArimaTermsMax) return false;
    return std::all_of(lags.begin(), lags.begin() + static_cast<std::ptrdiff_t>(count),
                       [&](std::size_t lag) { return lag >= 1 && lag <= longest; });
  }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("weights", m.weights), visit("lags", m.lags), visit("count", m.count),
        visit("longest", m.longest);
  }
};

// At most kArimaOrderMax partial autocorrelations.
[[nodiscard]] ArimaFactor factor_of_partials(std::span<const double> partials);

// Whether every root has a modulus of more than `modulus`.
[[nodiscard]] bool has_roots_beyond(const ArimaFactor& factor, double modulus);

// Of factor(B) seasonal(B^period).
[[nodiscard]] ArimaTerms<double> arima_terms(const ArimaFactor& factor, const ArimaFactor& seasonal,
                                             std::size_t period);

// Of (1 - B)^d (1 - B^period)^D.
[[nodiscard]] ArimaTerms<double> difference_terms(const ArimaOrders& orders, std::size_t period);

// Of either side, and the mean of the process.
struct ArimaFactors {
  ArimaFactor ar{};
  ArimaFactor seasonal_ar{};
  ArimaFactor ma{};
  ArimaFactor seasonal_ma{};
  double mean = 0;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("ar", m.ar), visit("seasonal_ar", m.seasonal_ar), visit("ma", m.ma),
        visit("seasonal_ma", m.seasonal_ma), visit("mean", m.mean);
  }
};

// The same multiplied out: z_t = sum ar z_(t-i) + e_t - sum ma e_(t-j), z the values less the mean.
template <class Number>
struct ArmaProcess {
  ArimaTerms<Number> ar{};
  ArimaTerms<Number> ma{};
  Number mean{};

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("ar", m.ar), visit("ma", m.ma), visit("mean", m.mean);
  }
};
[[nodiscard]] ArmaProcess<double> process_of(const ArimaFactors& factors, std::size_t period);

}  // namespace shelduck::forecast
