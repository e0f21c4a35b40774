// The exact one-step predictions of an ARMA process, and their variances, along its values.
//
//   ArimaStart<double> start{ar.longest, ma.longest};
//   ArimaFilter<double> filter{start.of(ar, ma), ar};
//   const double error = z - filter.next();        // of variance s^2 filter.variance()
//   filter.absorb(z);
//
//   z_t = sum a_i z_(t-i) + e_t - sum b_j e_(t-j),    e of variance s^2
//
// The state is what the past says of the next r values, r the longest lag of either side. Its
// covariance changes by a matrix of rank 1 at each step, so a vector L carries all of it:
//
//   g = L_1 / F    F' = F - g L_1    K' = K - g T L    L' = T L - g K
//
// T moves a prediction one step on, K / F is what an error adds to the predictions; the start is
// F = gamma(0), K = L = (gamma(1), ..., gamma(r)), the autocovariances (Morf, Sidhu, Kailath 1974;
// for this state: Melard 1984). g is the partial autocorrelation of z at that lag. Where L has
// faded the filter has settled: F and K no longer change.
// Cost: O(r) a value, and O(r) once it has settled; the start O(longest lag of a, squared).
// Nothing is allocated after construction. Number is double or ArimaLanes.
// Threads: one at a time. Private to this room.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/arima/arima_lanes.hpp"
#include "shelduck/forecast/arima/arima_polynomials.hpp"

namespace shelduck::forecast {

// Autocovariances of an ARMA process whose errors have the variance 1.
template <class Number>
class ArimaStart {
 public:
  ArimaStart(std::size_t ar_longest, std::size_t ma_longest)
      : order_(ar_longest),
        averaged_(ma_longest),
        reach_(std::max(ar_longest, ma_longest)),
        predictors_(order_ * (order_ + 1) / 2),
        own_(reach_ + averaged_ + 1),
        crossed_(reach_ + averaged_ + 1),
        gammas_(reach_ + 1) {}

  // gamma(0), ..., gamma(r); good until the next call.
  [[nodiscard]] std::span<const Number> of(const ArimaTerms<Number>& ar,
                                           const ArimaTerms<Number>& ma) {
    autoregress(ar);
    // z = u - sum b_j u_(t-j), u the process without b: first its covariances with u, then its own.
    for (std::size_t h = 0; h < crossed_.size(); ++h) {
      crossed_[h] = own_[h > averaged_ ? h - averaged_ : averaged_ - h];
      for (std::size_t j = 0; j < ma.count; ++j) {
        const std::size_t at = h + ma.lags[j];
        crossed_[h] -= ma.weights[j] * own_[at > averaged_ ? at - averaged_ : averaged_ - at];
      }
    }
    for (std::size_t h = 0; h <= reach_; ++h) {
      gammas_[h] = crossed_[averaged_ + h];
      for (std::size_t j = 0; j < ma.count; ++j) {
        gammas_[h] -= ma.weights[j] * crossed_[averaged_ + h - ma.lags[j]];
      }
    }
    return gammas_;
  }

 private:
  // Of u: predictors of falling degree give the partial autocorrelations, these the variance, and
  // all of them the covariances.
  void autoregress(const ArimaTerms<Number>& ar) {
    std::fill(predictors_.begin(), predictors_.end(), Number{});
    for (std::size_t i = 0; i < ar.count; ++i) {
      predictor(order_)[ar.lags[i] - 1] += ar.weights[i];
    }
    Number unexplained = lanes_of<Number>(1);
    for (std::size_t k = order_; k > 0; --k) unexplained *= shorten(k);
    own_[0] = lanes_of<Number>(1) / unexplained;
    for (std::size_t k = 1; k <= order_; ++k) {
      const Number* weights = predictor(k);
      Number sum{};
      for (std::size_t j = 0; j < k; ++j) sum += weights[j] * own_[k - 1 - j];
      own_[k] = sum;
    }
    for (std::size_t k = order_ + 1; k < own_.size(); ++k) {
      own_[k] = Number{};
      for (std::size_t i = 0; i < ar.count; ++i) own_[k] += ar.weights[i] * own_[k - ar.lags[i]];
    }
  }

  // The predictor of degree k - 1 from that of degree k; how much the last weight leaves of the
  // variance.
  Number shorten(std::size_t k) {
    const Number* longer = predictor(k);
    const Number last = longer[k - 1];
    const Number left = lanes_of<Number>(1) - last * last;
    if (k == 1) return left;
    const Number factor = lanes_of<Number>(1) / left;
    Number* shorter = predictor(k - 1);
    for (std::size_t j = 0; j + 1 < k; ++j) {
      shorter[j] = (longer[j] + last * longer[k - 2 - j]) * factor;
    }
    return left;
  }

  [[nodiscard]] Number* predictor(std::size_t degree) {
    return predictors_.data() + degree * (degree - 1) / 2;
  }

  std::size_t order_;
  std::size_t averaged_;
  std::size_t reach_;
  std::vector<Number> predictors_;  // of degree 1, 2, ...
  std::vector<Number> own_;         // of u
  std::vector<Number> crossed_;     // lag -averaged_ first
  std::vector<Number> gammas_;
};

template <class Number>
class ArimaFilter {
 public:
  ArimaFilter() = default;
  explicit ArimaFilter(std::size_t reach) : predictions_(reach), gains_(reach), fading_(reach) {}
  ArimaFilter(std::span<const Number> gammas, const ArimaTerms<Number>& ar)
      : ArimaFilter(gammas.size() - 1) {
    begin(gammas, ar);
  }

  void begin(std::span<const Number> gammas, const ArimaTerms<Number>& ar) {
    ar_ = ar;
    variance_ = gammas[0];
    precision_ = lanes_of<Number>(1) / variance_;
    std::fill(predictions_.begin(), predictions_.end(), Number{});
    std::copy(gammas.begin() + 1, gammas.end(), gains_.begin());
    std::copy(gammas.begin() + 1, gammas.end(), fading_.begin());
    is_settled_ = predictions_.empty();
  }

  [[nodiscard]] Number next() const { return predictions_.empty() ? Number{} : predictions_[0]; }
  [[nodiscard]] const Number& variance() const noexcept { return variance_; }
  [[nodiscard]] const Number& precision() const noexcept { return precision_; }  // 1 / variance
  // Of the next r values.
  [[nodiscard]] std::span<const Number> predictions() const noexcept { return predictions_; }
  [[nodiscard]] bool is_settled() const noexcept { return is_settled_; }

  void absorb(const Number& value) {
    if (predictions_.empty()) return;
    const Number share = (value - predictions_[0]) * precision_;
    if (is_settled_) {
      const Number beyond = continued(predictions_);
      const std::size_t last = predictions_.size() - 1;
      for (std::size_t i = 0; i < last; ++i) {
        predictions_[i] = predictions_[i + 1] + gains_[i] * share;
      }
      predictions_[last] = beyond + gains_[last] * share;
    } else {
      absorb_unsettled(share);
    }
  }

  // Looks whether L has faded: what it would still change is below rounding.
  void settle() {
    constexpr double kFaded = 1e-5;  // its square changes F and K
    if (is_settled_) return;
    is_settled_ = std::all_of(fading_.begin(), fading_.end(),
                              [](const Number& l) { return largest_size(l) < kFaded; });
  }

  [[nodiscard]] bool is_whole() const {
    return gains_.size() == predictions_.size() && fading_.size() == predictions_.size() &&
           ar_.longest <= predictions_.size();
  }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("ar", m.ar_), visit("variance", m.variance_), visit("precision", m.precision_),
        visit("predictions", m.predictions_), visit("gains", m.gains_), visit("fading", m.fading_),
        visit("is_settled", m.is_settled_);
  }

 private:
  void absorb_unsettled(const Number& share) {
    const Number beyond = continued(predictions_);
    const Number fading_beyond = continued(fading_);
    const Number first = fading_[0];
    const Number partial = first * precision_;
    const std::size_t last = predictions_.size() - 1;
    for (std::size_t i = 0; i < last; ++i) {
      move_on(i, predictions_[i + 1], fading_[i + 1], share, partial);
    }
    move_on(last, beyond, fading_beyond, share, partial);
    variance_ -= partial * first;
    precision_ = lanes_of<Number>(1) / variance_;
  }

  void move_on(std::size_t i, const Number& prediction, const Number& fading, const Number& share,
               const Number& partial) {
    const Number moved = fading;
    const Number gain = gains_[i];
    predictions_[i] = prediction + gain * share;
    fading_[i] = moved - partial * gain;
    gains_[i] = gain - partial * moved;
  }

  // What the recursion of a says of the value after those.
  [[nodiscard]] Number continued(const std::vector<Number>& ahead) const {
    Number sum{};
    for (std::size_t i = 0; i < ar_.count; ++i) {
      sum += ar_.weights[i] * ahead[ahead.size() - ar_.lags[i]];
    }
    return sum;
  }

  ArimaTerms<Number> ar_{};
  Number variance_ = lanes_of<Number>(1);
  Number precision_ = lanes_of<Number>(1);
  std::vector<Number> predictions_{};
  std::vector<Number> gains_{};   // K
  std::vector<Number> fading_{};  // L
  bool is_settled_ = true;
};

}  // namespace shelduck::forecast
