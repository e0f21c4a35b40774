// The best course of each form of exponential smoothing for one series.
//
//   EtsSearch search{values, 12, EtsRegion::box};
//   const EtsFit& fit = search.fit(form);     // fitted at the first call, remembered after it
//   const EtsFit end = search.polished(fit);
//   search.course_of(end), end.aicc
//
// rough      from the ends of the form with less trend and of the same form with additive errors,
//            where it has one of these; else from its own start with slow and with fast weights
// fit        from its own start, too, unless it has a twin with additive errors; the best end.
//            Only forms whose rough end is near the lowest are asked for it (kContends)
// polished   to the bottom of the valley. Before, a search takes steps until they gain less than
//            kEtsGain: on the train parts of 15 sets the AICc of what was chosen then and polished
//            was at most 0.0011 above that of searches that all went on to 1e-8
// Of 548 series (M3 yearly, quarterly and monthly, M4 weekly), every form searched for to 1e-8 from
// all starts, 3.5 % had an AICc lower by more than 0.01 somewhere among 48 starts of each form; in
// the mean of all it was 0.03.
// Values are counted in a power of two near the largest of them, and those of forms with additive
// errors from the first one, so that neither a factor 2^k nor, for those, a shift changes a search.
// Criteria are n log(sum e^2) + 2 sum log|f| of the multiplicative error, in the units of the
// values but where compared. Errors below 1e-12 of the range (of the value, where multiplicative)
// are rounding: a form does not gain by making them smaller.
// A form that cannot describe the values (its level, index or forecast is not positive wherever the
// search begins) has an infinite criterion.
// Threads: one at a time. Failure: none; values are finite, not empty and at least as many as the
// form needs, and positive where it is multiplicative.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "shelduck/forecast/smoothing/ets_squares.hpp"

namespace shelduck::forecast {

struct EtsFit {
  EtsForm form{};
  EtsCourse course{};  // in the units of the search
  double criterion = std::numeric_limits<double>::infinity();
  double aicc = std::numeric_limits<double>::infinity();  // also where n is too small for one
  bool is_possible = false;  // some course of the form describes the values
  bool is_exact = false;     // nothing but rounding is left of the errors
};

class EtsSearch {
 public:
  // `check` is called before each step of a fit.
  EtsSearch(std::span<const double> values, std::size_t period, EtsRegion region,
            StopCheck check = {});

  [[nodiscard]] bool is_constant() const noexcept { return range_ == 0; }
  [[nodiscard]] const EtsFit& fit(const EtsForm& form);
  // From fewer starts: enough to tell whether the form may be the best.
  [[nodiscard]] const EtsFit& rough(const EtsForm& form);
  // Of a fit that is possible and not exact; others stay as they are.
  [[nodiscard]] EtsFit polished(const EtsFit& fit) const;
  // In the units of the values.
  [[nodiscard]] EtsCourse course_of(const EtsFit& fit) const;
  // To be added to the criterion and the AICc of a fit.
  [[nodiscard]] double criterion_of_unit() const;

 private:
  static constexpr std::size_t kForms = 18;

  [[nodiscard]] double origin_of(const EtsForm& form) const noexcept;
  [[nodiscard]] std::span<const double> values_of(const EtsForm& form) const noexcept;
  [[nodiscard]] std::optional<EtsCourse> same_with_additive_errors(const EtsForm& form);
  [[nodiscard]] std::optional<EtsCourse> same_with_less_trend(const EtsForm& form);
  [[nodiscard]] std::optional<EtsCourse> moved_from(const EtsForm& relative, const EtsForm& form);
  [[nodiscard]] std::vector<EtsCourse> starts_elsewhere(const EtsForm& form);
  [[nodiscard]] std::array<EtsCourse, 2> own_starts(const EtsForm& form) const;
  [[nodiscard]] EtsFit lowest_from(const EtsForm& form, std::span<const EtsCourse> starts) const;
  [[nodiscard]] EtsFit fit_at(const EtsSquares& problem, const EtsForm& form,
                              const SquaresMinimum& minimum) const;
  // A sum of squares that is rounding alone.
  [[nodiscard]] double exact_sum(const EtsForm& form) const noexcept;

  std::size_t period_;
  EtsRegion region_;
  StopCheck check_;
  double origin_;
  double unit_ = 1;
  double range_ = 0;
  double mean_ = 0;  // geometric, of positive values
  std::vector<double> plain_;
  std::vector<double> centred_;
  std::array<std::optional<EtsFit>, kForms> rough_{};
  std::array<std::optional<EtsFit>, kForms> fits_{};
};

}  // namespace shelduck::forecast
