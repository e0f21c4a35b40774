// The fit of one form of exponential smoothing as a sum of squares, with its derivatives.
//
//   EtsSquares problem{{.form = form, .period = 12, .region = EtsRegion::box}, values};
//   const EtsUnknowns at = problem.unknowns_of(course);
//   const SquaresMinimum best =
//       minimise_squares(problem, std::span{at}.first(problem.unknowns()), problem.walls());
//   const EtsCourse fitted = problem.course_of(best.at);
//
// The sum is that of (e_t g)^2: e_t the one-step error and g = 1 where errors are additive; e_t the
// relative error and g the geometric mean of the forecasts where they are multiplicative. n log of
// it is the likelihood criterion n log(sum e^2) + 2 sum log|f| in either case, so what minimises
// the sum has the highest likelihood (Hyndman, Koehler, Ord, Snyder 2008, section 5.1).
// Unknowns: alpha, beta, gamma, phi as the form has them, then level, slope and the season of the
// start but its last value, which is implied: indices sum to 0 or to the period. Derivatives are
// carried along the values, a column for each unknown.
// A place where a multiplicative form has a level, an index or a forecast that is not positive has
// an infinite sum.
// Cost: squares O(n), one pass with a few registers; linearise O(n unknowns^2). Neither allocates.
// Threads: one at a time. Values are borrowed, finite and of size near 1, and
// positive where the error is multiplicative.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "shelduck/forecast/optimise/least_squares.hpp"
#include "shelduck/forecast/smoothing/ets_form.hpp"

namespace shelduck::forecast {

// box     every smoothing parameter within its walls, each for itself: alpha, beta, gamma in
//         [1e-4, 0.9999], phi in [0.8, 0.98]
// usual   beta <= alpha and gamma <= 1 - alpha besides
// calm    beta <= 0.2 / period and gamma <= 1 - alpha besides: a slope that follows in less than
//         five seasons fits the past better, and forecasts worse
enum class EtsRegion { box, usual, calm };

struct EtsState {
  double level = 0;
  double slope = 0;
  std::array<double, kEtsPeriodMax> season{};  // one per phase
  std::size_t phase = 0;                       // of the next value

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("level", m.level), visit("slope", m.slope), visit("season", m.season),
        visit("phase", m.phase);
  }
};

struct EtsWeights {
  double alpha = 0;
  double beta = 0;
  double gamma = 0;
  double phi = 1;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("alpha", m.alpha), visit("beta", m.beta), visit("gamma", m.gamma), visit("phi", m.phi);
  }
};

// Where a form starts, and how it goes on from there.
struct EtsCourse {
  EtsWeights weights{};
  EtsState start{};
};

struct EtsSetting {
  EtsForm form{};
  std::size_t period = 1;
  EtsRegion region = EtsRegion::box;
};

// A multiplicative index beyond these is no season.
inline constexpr double kEtsIndexMin = 1e-6;
inline constexpr double kEtsIndexMax = 1e6;

using EtsUnknowns = std::array<double, kUnknownsMax>;

class EtsSquares final : public SquaresProblem {
 public:
  EtsSquares(const EtsSetting& setting, std::span<const double> values);

  [[nodiscard]] std::size_t unknowns() const noexcept { return parameters_ + states_; }
  [[nodiscard]] Walls walls() const noexcept;
  // Moved within the walls.
  [[nodiscard]] EtsUnknowns unknowns_of(const EtsCourse& course) const;
  [[nodiscard]] EtsCourse course_of(std::span<const double> at) const;

  [[nodiscard]] double squares(std::span<const double> at) override;
  [[nodiscard]] const NormalEquations& linearise(std::span<const double> at) override;

 private:
  EtsSetting setting_;
  std::span<const double> values_;
  std::size_t parameters_;
  std::size_t states_;
  std::array<double, 4> lower_{};
  std::array<double, 4> upper_{};
  NormalEquations equations_;  // as they were written last
};

// n log(sum) of the additive and n log(sum) + 2 sum log f of the multiplicative error, from what
// EtsSquares::squares gave for n values.
[[nodiscard]] double ets_criterion(double squares, std::size_t n);

}  // namespace shelduck::forecast
