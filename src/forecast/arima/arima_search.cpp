#include "shelduck/forecast/arima/arima_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace shelduck::forecast {
namespace {

// A descent ends when a step lowers the sum by less: n times this in the criterion.
constexpr double kArimaGain = 1e-5;
constexpr double kArimaPolish = 1e-9;
// Partial autocorrelations of the start of mixed orders.
constexpr double kSlowAr = 0.8;
constexpr double kHalfMa = 0.5;
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

bool is_mixed(const ArimaOrders& orders) { return orders.p > 0 && orders.q > 0; }

bool has_roots_at_length(const ArimaFactors& factors, std::size_t period) {
  const double seasonal = std::pow(kArimaRootMin, static_cast<double>(period));
  return has_roots_beyond(factors.ar, kArimaRootMin) &&
         has_roots_beyond(factors.ma, kArimaRootMin) &&
         has_roots_beyond(factors.seasonal_ar, seasonal) &&
         has_roots_beyond(factors.seasonal_ma, seasonal);
}

}  // namespace

ArimaSearch::ArimaSearch(std::span<const double> values, const ArimaSetting& setting,
                         ArimaColumns columns)
    : values_(values),
      setting_(setting),
      columns_(std::move(columns)),
      weights_(columns_.weights_of(values)),
      mean_(std::accumulate(values.begin(), values.end(), 0.0) /
            static_cast<double>(values.size())) {}

ArimaUnknowns ArimaSearch::zero_start(const ArimaOrders& orders) const {
  ArimaUnknowns at{};
  const std::size_t parameters = arima_parameters(orders);
  if (orders.constant) at.at(parameters - 1) = mean_;
  std::ranges::copy(weights_, at.begin() + static_cast<std::ptrdiff_t>(parameters));
  return at;
}

ArimaUnknowns ArimaSearch::mixed_start(const ArimaOrders& orders) const {
  ArimaUnknowns at = zero_start(orders);
  at[0] = kSlowAr;
  at.at(orders.p + orders.P) = kHalfMa;
  return at;
}

// What both have stays, what is new starts at zero.
ArimaUnknowns ArimaSearch::padded(const ArimaOrders& orders, const ArimaFit& relative) const {
  ArimaUnknowns at = zero_start(orders);
  const ArimaOrders& known = relative.orders;
  const double* from = relative.at.data();
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
  copy(known.constant ? 1 : 0, orders.constant ? 1 : 0);
  copy(columns_.size(), columns_.size());
  return at;
}

ArimaFit ArimaSearch::fit(const ArimaOrders& orders) const {
  const std::array starts{zero_start(orders), mixed_start(orders)};
  return fit_from(std::span{starts}.first(is_mixed(orders) ? 2 : 1), orders, kArimaPolish);
}

ArimaFit ArimaSearch::best(const ArimaOrders& limits) {
  fits_.clear();
  best_ = 0;
  try_starts(limits);
  while (fits_.size() < kArimaModelsMax && !fits_[best_].is_exact && improved_nearby(limits)) {
  }
  const ArimaFit& best = fits_[best_];
  const ArimaFit polished = fit_from(std::span{&best.at, 1}, best.orders, kArimaPolish);
  return polished.aicc < best.aicc ? polished : best;
}

ArimaFit ArimaSearch::best_beside(const ArimaOrders& limits, const ArimaFit& guide) const {
  const ArimaUnknowns start = start_beside(guide, weights_);
  const ArimaFit joint = fit_from(std::span{&start, 1}, guide.orders, kArimaGain);
  const auto weights = std::span{joint.at}.subspan(arima_parameters(guide.orders), columns_.size());
  const std::vector<double> left = left_by(weights);
  ArimaSetting setting = setting_;
  setting.weights = columns_.size();
  ArimaFit found = ArimaSearch{left, setting}.best(limits);
  found.at = start_beside(found, weights);
  if (found.orders.constant) {
    found.at.at(arima_parameters(found.orders) - 1) += columns_.mean_of(weights);
  }
  const ArimaFit polished = fit_from(std::span{&found.at, 1}, found.orders, kArimaPolish);
  return polished.aicc < found.aicc ? polished : found;
}

ArimaFit ArimaSearch::guide_of(const ArimaOrders& orders) const {
  const std::vector<double> left = left_by(weights_);
  const ArimaSearch plain{left, setting_};
  const ArimaUnknowns start = plain.zero_start(orders);
  return plain.fit_from(std::span{&start, 1}, orders, kArimaGain);
}

ArimaUnknowns ArimaSearch::start_beside(const ArimaFit& of, std::span<const double> weights) const {
  ArimaUnknowns at{};
  const auto parameters = static_cast<std::ptrdiff_t>(arima_parameters(of.orders));
  std::copy_n(of.at.begin(), parameters, at.begin());
  std::ranges::copy(weights, at.begin() + parameters);
  return at;
}

std::vector<double> ArimaSearch::left_by(std::span<const double> weights) const {
  std::vector<double> left{values_.begin(), values_.end()};
  const auto columns = columns_.beside({});
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t t = 0; t < left.size(); ++t) left[t] -= weights[j] * columns[j][t];
  }
  return left;
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
  const std::array starts{fits_.empty() ? zero_start(orders) : padded(orders, fits_[best_]),
                          mixed_start(orders)};
  fits_.push_back(fit_from(std::span{starts}.first(is_mixed(orders) ? 2 : 1), orders, kArimaGain));
  const bool better = fits_.back().aicc < fits_[best_].aicc;
  if (better) best_ = fits_.size() - 1;
  return better;
}

bool ArimaSearch::is_known(const ArimaOrders& orders) const {
  return std::ranges::any_of(fits_, [&](const ArimaFit& fit) { return fit.orders == orders; });
}

ArimaFit ArimaSearch::fit_from(std::span<const ArimaUnknowns> starts, const ArimaOrders& orders,
                               double gain) const {
  const auto n = static_cast<double>(values_.size());
  ArimaSquares problem{orders, setting_.period, values_, columns_};
  const std::size_t unknowns = arima_parameters(orders) + columns_.size();
  ArimaFit result{.orders = orders};
  double squares = unknowns == 0 ? problem.squares({}) : kRefused;
  for (const ArimaUnknowns& start : starts.first(unknowns == 0 ? 0 : starts.size())) {
    const SquaresMinimum found = minimise_squares(
        problem, std::span{start}.first(unknowns), problem.walls(),
        {.gain = gain, .enough = setting_.enough, .worth = squares, .check = setting_.check});
    if (found.squares < squares) {
      squares = found.squares;
      std::copy_n(found.at.begin(), unknowns, result.at.begin());
    }
  }
  result.is_exact = squares <= setting_.enough;
  result.criterion = n * (kLogTwoPi + 1 + std::log(std::max(squares, setting_.enough) / n));
  const bool usable =
      std::isfinite(squares) && has_roots_at_length(factors_of(orders, result.at), setting_.period);
  result.aicc = usable ? aicc_of(result.criterion, orders) : kRefused;
  return result;
}

double ArimaSearch::aicc_of(double criterion, const ArimaOrders& orders) const {
  const auto k =
      static_cast<double>(arima_parameters(orders) + columns_.size() + setting_.weights + 1);
  const double rest = static_cast<double>(values_.size()) - k - 1;
  return rest > 0 ? criterion + 2 * k + 2 * k * (k + 1) / rest : kRefused;
}

}  // namespace shelduck::forecast
