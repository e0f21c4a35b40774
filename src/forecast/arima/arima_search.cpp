#include "shelduck/forecast/arima/arima_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace shelduck::forecast {
namespace {

// A search ends when a step lowers the sum by less: n times this in the criterion.
constexpr double kArimaGain = 1e-8;
constexpr double kRefused = std::numeric_limits<double>::infinity();
constexpr double kLogTwoPi = 1.8378770664093454836;

struct ArimaMove {
  int p = 0;
  int q = 0;
  int P = 0;
  int Q = 0;
  bool toggles_constant = false;
};

constexpr std::array<ArimaMove, 17> kArimaMoves{
    ArimaMove{.P = -1},
    {.Q = -1},
    {.P = 1},
    {.Q = 1},
    {.P = -1, .Q = -1},
    {.P = -1, .Q = 1},
    {.P = 1, .Q = -1},
    {.P = 1, .Q = 1},
    {.p = -1},
    {.q = -1},
    {.p = 1},
    {.q = 1},
    {.p = -1, .q = -1},
    {.p = -1, .q = 1},
    {.p = 1, .q = -1},
    {.p = 1, .q = 1},
    {.toggles_constant = true},
};

// An order below 0 wraps to one above every limit.
ArimaOrders moved_orders(ArimaOrders orders, const ArimaMove& move) {
  orders.p += static_cast<std::size_t>(move.p);
  orders.q += static_cast<std::size_t>(move.q);
  orders.P += static_cast<std::size_t>(move.P);
  orders.Q += static_cast<std::size_t>(move.Q);
  orders.constant = orders.constant != move.toggles_constant;
  return orders;
}

bool is_within(const ArimaOrders& orders, const ArimaOrders& limits) {
  return orders.p <= limits.p && orders.q <= limits.q && orders.P <= limits.P &&
         orders.Q <= limits.Q && (limits.constant || !orders.constant);
}

// What both have stays, what is new starts at zero; so does a form that has no relative.
ArimaUnknowns padded(const ArimaOrders& orders, const ArimaFit* relative, double mean) {
  ArimaUnknowns at{};
  if (orders.constant) at.at(arima_parameters(orders) - 1) = mean;
  if (relative == nullptr) return at;
  const ArimaOrders& known = relative->orders;
  const double* from = relative->at.data();
  double* to = at.data();
  const auto copy = [&](std::size_t known_degree, std::size_t degree) {
    std::copy_n(from, std::min(known_degree, degree), to);
    from += known_degree;
    to += degree;
  };
  copy(known.p, orders.p);
  copy(known.P, orders.P);
  copy(known.q, orders.q);
  copy(known.Q, orders.Q);
  if (orders.constant && known.constant) *to = *from;
  return at;
}

bool has_roots_at_length(const ArimaFactors& factors, std::size_t period) {
  const double seasonal = std::pow(kArimaRootMin, static_cast<double>(period));
  return has_roots_beyond(factors.ar, kArimaRootMin) &&
         has_roots_beyond(factors.ma, kArimaRootMin) &&
         has_roots_beyond(factors.seasonal_ar, seasonal) &&
         has_roots_beyond(factors.seasonal_ma, seasonal);
}

}  // namespace

ArimaSearch::ArimaSearch(std::span<const double> values, const ArimaSetting& setting)
    : values_(values),
      setting_(setting),
      mean_(std::accumulate(values.begin(), values.end(), 0.0) /
            static_cast<double>(values.size())) {}

ArimaFit ArimaSearch::fit(const ArimaOrders& orders) const { return fit_from(orders, nullptr); }

ArimaFit ArimaSearch::best(const ArimaOrders& limits) {
  fits_.clear();
  best_ = 0;
  try_starts(limits);
  while (fits_.size() < kArimaModelsMax && !fits_[best_].is_exact && improved_nearby(limits)) {
  }
  return fits_[best_];
}

void ArimaSearch::try_starts(const ArimaOrders& limits) {
  const auto start = [&](std::size_t ar, std::size_t ma, std::size_t seasonal) {
    consider({.p = std::min(ar, limits.p),
              .q = std::min(ma, limits.q),
              .P = std::min(ar > 0 ? seasonal : 0, limits.P),
              .Q = std::min(ma > 0 ? seasonal : 0, limits.Q),
              .constant = limits.constant});
  };
  consider({});
  start(0, 0, 0);
  start(1, 0, 1);
  start(0, 1, 1);
  start(2, 2, 1);
}

bool ArimaSearch::improved_nearby(const ArimaOrders& limits) {
  for (const ArimaMove& move : kArimaMoves) {
    const ArimaOrders orders = moved_orders(fits_[best_].orders, move);
    if (!is_within(orders, limits)) continue;
    if (consider(orders)) return true;
    if (fits_.size() >= kArimaModelsMax) return false;
  }
  return false;
}

bool ArimaSearch::consider(ArimaOrders orders) {
  orders.d = setting_.d;
  orders.D = setting_.D;
  if (is_known(orders)) return false;
  if (is_hopeless(orders)) {
    fits_.push_back({.orders = orders, .criterion = -kRefused, .aicc = kRefused});
    return false;
  }
  fits_.push_back(fit_from(orders, fits_.empty() ? nullptr : &fits_[best_]));
  const bool better = fits_.back().aicc < fits_[best_].aicc;
  if (better) best_ = fits_.size() - 1;
  return better;
}

bool ArimaSearch::is_known(const ArimaOrders& orders) const {
  return std::ranges::any_of(fits_, [&](const ArimaFit& fit) { return fit.orders == orders; });
}

bool ArimaSearch::is_hopeless(const ArimaOrders& orders) const {
  return std::ranges::any_of(fits_, [&](const ArimaFit& fit) {
    return is_within(orders, fit.orders) && aicc_of(fit.criterion, orders) >= fits_[best_].aicc;
  });
}

ArimaFit ArimaSearch::fit_from(const ArimaOrders& orders, const ArimaFit* relative) const {
  const auto n = static_cast<double>(values_.size());
  ArimaSquares problem{orders, setting_.period, values_};
  const std::size_t unknowns = arima_parameters(orders);
  ArimaFit result{.orders = orders};
  double squares = kRefused;
  const auto from = [&](const ArimaUnknowns& start) {
    const std::span at = std::span{start}.first(unknowns);
    if (at.empty()) {
      squares = problem.squares(at);
      return;
    }
    const SquaresMinimum found = minimise_squares(problem, at, problem.walls(),
                                                  {.gain = kArimaGain, .enough = setting_.enough});
    if (found.squares < squares) {
      squares = found.squares;
      std::copy_n(found.at.begin(), unknowns, result.at.begin());
    }
  };
  from(padded(orders, relative, mean_));
  if (relative != nullptr && unknowns > 0) from(padded(orders, nullptr, mean_));
  result.is_exact = squares <= setting_.enough;
  result.criterion = n * (kLogTwoPi + 1 + std::log(std::max(squares, setting_.enough) / n));
  const bool usable =
      std::isfinite(squares) && has_roots_at_length(factors_of(orders, result.at), setting_.period);
  result.aicc = usable ? aicc_of(result.criterion, orders) : kRefused;
  return result;
}

double ArimaSearch::aicc_of(double criterion, const ArimaOrders& orders) const {
  const auto k = static_cast<double>(arima_parameters(orders) + 1);
  const double rest = static_cast<double>(values_.size()) - k - 1;
  return rest > 0 ? criterion + 2 * k + 2 * k * (k + 1) / rest : kRefused;
}

}  // namespace shelduck::forecast
