// The one door to the models of regular series: equal steps, a period, a horizon.
//
//   const auto trained = fit({.values = values, .period = 12}, RegularModel::naive2);
//   if (const auto* few = std::get_if<NotEnough>(&trained)) return say(few->have, few->need);
//   const Path path = forecast(std::get<TrainedRegular>(trained), 18);
//
//   fit(series, std::array{RegularModel::ces, RegularModel::dotm})   // together
//   fit({.values = values, .period = 24, .within = RegularModel::theta}, RegularModel::mstl)
//
//   fit({.values = values, .period = 7, .covariates = known}, RegularModel::auto_arima)
//   forecast(model, 2, known_of_the_coming_two_steps)
//
// Several models are combined as combination.hpp says; those for which the series is too short are
// left out.
// A model of covariates is asked with the covariates of the steps that it speaks of, of the names
// that it was fitted with, in their order; update() and what goes along values take those of the
// values. Of auto, ensemble and by_size the members that know none do without.
// A combination, and a model of which something is fitted, does not learn from giant outliers
// (outliers.hpp) unless covariates may explain them, in updates neither; naive, naive2,
// seasonal_naive, mean, median, drift, growth, croston and tsb are formulas of every value. A
// trained model is plain data.
// update() takes new values in at fixed parameters, O(1) a value (the median O(log n)); one_step()
// gives the errors of the same model along past values. What is closed form (naive, seasonal_naive,
// mean, median, drift, growth, croston, tsb) is then the same, bit for bit, as a fit to all values.
// Equivariance: values times 2^k give the same bits times 2^k, within the bounds of values; a
// constant added to the values is added to the points, but for ces, croston and tsb, for prophet,
// whose priors are about 0, for auto_arima where it finds neither a difference nor a mean, and for
// what may have multiplicative parts (growth, naive2, the theta models, exponential_smoothing,
// mstl, lightgbm, nlinear with long seasons). Threads: pure. Failure: too few values are an answer;
// Error invalid_input that names field, value and rule for a value that is missing, not finite or
// beyond kMagnitudeMax (preprocess.hpp fills), for values to fit to whose range is below kRangeMin
// but not 0, for a horizon of 0 or above kHorizonMax, and for covariates that are not those of the
// model, of other steps, missing or beyond kCovariateMax, or given to a model that knows none.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "shelduck/forecast/arima/arima.hpp"
#include "shelduck/forecast/automatic.hpp"
#include "shelduck/forecast/baselines/growth.hpp"
#include "shelduck/forecast/baselines/level.hpp"
#include "shelduck/forecast/baselines/naive.hpp"
#include "shelduck/forecast/baselines/naive2.hpp"
#include "shelduck/forecast/ces/ces.hpp"
#include "shelduck/forecast/intermittent/croston.hpp"
#include "shelduck/forecast/intermittent/tsb.hpp"
#include "shelduck/forecast/lightgbm/lightgbm.hpp"
#include "shelduck/forecast/mstl/mstl.hpp"
#include "shelduck/forecast/nlinear/nlinear.hpp"
#include "shelduck/forecast/not_enough.hpp"
#include "shelduck/forecast/outliers.hpp"
#include "shelduck/forecast/path.hpp"
#include "shelduck/forecast/prophet/prophet.hpp"
#include "shelduck/forecast/regular_model.hpp"
#include "shelduck/forecast/smoothing/exponential_smoothing.hpp"
#include "shelduck/forecast/smoothing/holt.hpp"
#include "shelduck/forecast/theta/theta.hpp"

namespace shelduck::forecast {

// Those that can stand within mstl, and mstl.
template <class Within>
struct WithMstl;
template <class... Models>
struct WithMstl<std::variant<Models...>> {
  using Type = std::variant<Models..., MstlModel>;
};
using RegularState = WithMstl<AdjustedState>::Type;

// What each of them is called in a model state, in their order.
inline constexpr auto kStateNames = [] {
  std::array<std::string_view, std::variant_size_v<RegularState>> names{};
  std::copy(kAdjustedNames.begin(), kAdjustedNames.end(), names.begin());
  names.back() = "mstl";
  return names;
}();

// The same model, fitted to the first `known` values (earlier_fits.hpp).
struct EarlierFit {
  std::size_t known = 0;
  RegularState state{};

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("known", m.known), visit("state", m.state);
  }
};

struct TrainedMember {
  RegularModel kind;
  RegularState state;
  std::vector<EarlierFit> earlier{};  // oldest first, of what would else know the end of its past

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("kind", m.kind), visit("state", m.state), visit("earlier", m.earlier);
  }
};

// What the errors of one_step() come to, from values[first] on.
struct PastErrors {
  std::size_t first = 0;
  ErrorSum sum{};

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("first", m.first), visit("sum", m.sum);
  }
};

struct TrainedRegular {
  std::size_t period;
  std::size_t n;                          // values behind it, updates included
  std::vector<TrainedMember> members;     // at least one
  std::optional<ProblemClass> problem{};  // where the members were chosen automatically
  std::vector<std::string> covariates{};  // their names
  std::vector<Replacement> outliers{};    // of the values: what was learnt instead
  std::optional<OutlierWatch> watch{};    // of what does not learn from giants
  std::optional<PastErrors> errors{};     // up to n, where it was fitted for intervals

  [[nodiscard]] bool is_whole() const;
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("period", m.period), visit("n", m.n), visit("members", m.members);
    visit("problem", m.problem, ProblemClass::known_covariates);
    visit("covariates", m.covariates), visit("outliers", m.outliers), visit("watch", m.watch);
    visit("errors", m.errors);
  }
};

[[nodiscard]] std::variant<TrainedRegular, NotEnough> fit(const RegularSeries& series,
                                                          RegularModel kind);
// `kinds`: at least one. Of each that stands for several (regular_model.hpp) its members count.
[[nodiscard]] std::variant<TrainedRegular, NotEnough> fit(const RegularSeries& series,
                                                          std::span<const RegularModel> kinds);

[[nodiscard]] Path forecast(const TrainedRegular& model, std::size_t horizon,
                            const StepCovariates& coming = {});

// Either all values are taken in, or an Error is thrown and the caller's model is as it was.
[[nodiscard]] TrainedRegular update(TrainedRegular model, std::span<const double> values,
                                    const StepCovariates& known = {});

// How many parameters and start values were estimated from the values: of several models the mean,
// rounded up.
[[nodiscard]] std::size_t fitted(const TrainedRegular& model);

// How many of the oldest values some member was not fitted to: iterative models use the newest
// kIterativeValuesMax.
[[nodiscard]] std::size_t skipped(const TrainedRegular& model);

// Goes along `values`, which begin where the training values began, at the parameters of the fit.
// What was learnt instead of an outlier stands in its place there too.
// visit(t, path) hears what the model said of the values from t on, when it knew those before:
// min(horizon, values.size() - t) steps, for each t in [first, values.size()), with deviations from
// the errors before t. What the fit skipped is not visited. Only prophet, whose line would know
// what came, goes along its earlier fits where it was trained with them, and so does mstl with
// prophet within.
struct Origins {
  std::size_t first = 1;
  std::size_t horizon = 1;
};
using OriginVisitor = std::function<void(std::size_t origin, const Path& path)>;
void for_each_origin(const TrainedRegular& model, std::span<const double> values,
                     const Origins& origins, const OriginVisitor& visit,
                     const StepCovariates& known = {});

// Of its one-step forecasts of `values`, all that the model knows: what it kept, or a walk along
// them.
[[nodiscard]] ErrorSum past_errors(const TrainedRegular& model, std::span<const double> values,
                                   const StepCovariates& known = {});

// `values` begin where the training values began.
[[nodiscard]] OneStep one_step(const TrainedRegular& model, std::span<const double> values,
                               const StepCovariates& known = {});

}  // namespace shelduck::forecast
