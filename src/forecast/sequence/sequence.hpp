// SequenceModel forecasts the next run of a series from the values before it alone, one step a run
// whatever the time between them: what `auto` makes of them (automatic.hpp) on the response scale.
//
//   const auto fitted = fit_sequence(durations);                 // slow: some ten fits
//   const auto now = continued(std::get<SequenceModel>(fitted), durations_with_new_ones);
//   if (now) predict_next(*now)                                  // fast: O(1) a new value
//
// It is the part of the pool for irregular runs that is too slow to fit at every question: fit it
// ahead, keep it (state/model_state.hpp), go on with it. select.hpp lets it compete.
//
// Backtest   of the newest kSequenceOrigins values at most: each forecast from those before it,
//            with parameters and season of a fit to values before it. Fits are made anew at
//            kSequenceFits equally spaced origins, in between the model is updated.
// Source     of the rolling origin, Tashman 2000; models and their combination: automatic.hpp
// Cost       kSequenceFits + 1 fits of the ensemble; 20 to 60 ms each at 365 values
// Threads: pure. Failure: too few values are an answer; Error invalid_input for a value that is
// missing or not finite.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "shelduck/forecast/backtest.hpp"
#include "shelduck/forecast/not_enough.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/response.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kSequenceNeeds = 30;  // values; the first 20 of them are only learned
inline constexpr std::size_t kSequenceOrigins = 100;
inline constexpr std::size_t kSequenceFits = 8;

struct SequenceModel {
  Response response{};
  TrainedRegular regular{};
  std::size_t n = 0;              // values behind it, updates included
  std::size_t digest = 0;         // of these values, 53 bits
  std::vector<double> centres{};  // of the newest values, as they were forecast; response scale

  [[nodiscard]] bool is_whole() const { return !centres.empty() && centres.size() < n; }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("response", m.response), visit("regular", m.regular), visit("n", m.n);
    visit("digest", m.digest), visit("centres", m.centres);
  }
};

[[nodiscard]] std::variant<SequenceModel, NotEnough> fit_sequence(std::span<const double> values);

// The model after all of these values. Nothing where they do not begin with those that are behind
// the model (older runs were added or removed since), or where its response has no place for a new
// one (the first zero): it is to be fitted again.
[[nodiscard]] std::optional<SequenceModel> continued(SequenceModel model,
                                                     std::span<const double> values);

// One value more. False, and the model is as it was, where its response has no place for it.
[[nodiscard]] bool absorb(SequenceModel& model, double value);

[[nodiscard]] Centred predict_next(const SequenceModel& model);
[[nodiscard]] Backtest backtest_of(const SequenceModel& model);

}  // namespace shelduck::forecast
