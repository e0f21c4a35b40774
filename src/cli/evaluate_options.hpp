// What a command line asks of `shelduck forecast evaluate`.
//
// Failure: Error invalid_input that names the option, its value and its rule.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/cli/request.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/cli/series_seasons.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/forecast/predictive.hpp"

namespace shelduck::cli {

// Origins from one fit to the next where --refit is not given, of what is no closed form.
inline constexpr std::size_t kRefitEvery = 10;

struct EvaluateOptions {
  std::vector<Method>
      methods;  // in the order in which they are named; naive2 last unless it is named
  NamedSeasons seasons{};
  std::optional<std::size_t> score_period{};
  std::optional<std::size_t> refit_every{};  // --refit
  std::optional<Seconds> timeout{};          // of a series and a method
  std::size_t min_length = 0;
  std::optional<std::size_t> limit{};
  std::vector<double> levels{};
  forecast::IntervalMethod intervals = forecast::IntervalMethod::fast;
  forecast::Sign sign = forecast::Sign::any;
  std::size_t threads = 1;
  bool is_global = false;
  bool is_without_lightgbm = false;  // its library is not there, and nobody named it
  std::vector<std::string> covariates{};

  // At every how many origins the parameters of a method are fitted.
  [[nodiscard]] std::size_t refit_every_of(const Method& method) const;

  [[nodiscard]] bool has_runs_model(bool is_irregular) const {
    return std::ranges::any_of(
        methods, [&](const Method& method) { return method.runs_model(is_irregular).has_value(); });
  }
  // Whether covariates are named, and a method takes them as those of equal steps.
  [[nodiscard]] bool knows_covariates(bool is_irregular) const {
    return !covariates.empty() && std::ranges::any_of(methods, [&](const Method& method) {
      return !method.runs_model(is_irregular) && method.knows_covariates();
    });
  }
};

[[nodiscard]] EvaluateOptions evaluate_options(const Request& request);

}  // namespace shelduck::cli
