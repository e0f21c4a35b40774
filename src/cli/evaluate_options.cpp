#include "shelduck/cli/evaluate_options.hpp"

#include <string_view>
#include <utility>

#include "shelduck/cli/evaluate_answer.hpp"
#include "shelduck/cli/global_lags.hpp"
#include "shelduck/cli/series_runs.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/forecast/lightgbm/lightgbm_library.hpp"

namespace shelduck::cli {
namespace {

using forecast::RegularModel;

bool has(const std::vector<Method>& methods, std::string_view name) {
  return std::ranges::find(methods, name, &Method::name) != methods.end();
}

// Of all models, which nobody named: then a library that is not there is no reason to stop.
bool leaves_lightgbm_out(const Request& request) {
  return words_of(request.arguments.value("models").value_or("")).empty() &&
         !forecast::is_lightgbm_there();
}

std::vector<Method> methods_of(const Request& request) {
  std::vector<Method> methods;
  for (const std::string& name : words_of(request.arguments.value("models").value_or(""))) {
    if (!has(methods, name)) methods.push_back(method_named("--models", name));
  }
  if (methods.empty()) {
    for (const RegularModel model : forecast::kRegularModels) {
      if (model == RegularModel::lightgbm && leaves_lightgbm_out(request)) continue;
      methods.push_back(method_named("--models", std::string(to_string(model))));
    }
    for (const forecast::ModelKind model : kRunModels) {
      methods.push_back(method_named("--models", std::string(to_string(model))));
    }
  }
  if (!has(methods, kYardstick))
    methods.push_back(method_named("--models", std::string(kYardstick)));
  return methods;
}

}  // namespace

std::size_t EvaluateOptions::refit_every_of(const Method& method) const {
  if (refit_every && !method.models.empty()) return *refit_every;
  return std::ranges::all_of(method.models, forecast::is_closed_form) ? 1 : kRefitEvery;
}

EvaluateOptions evaluate_options(const Request& request) {
  std::vector<Method> methods = methods_of(request);
  const bool global = is_global(request, methods);
  std::vector<std::string> covariates = covariates_of(request, methods);
  return {.methods = std::move(methods),
          .seasons = named_seasons(request),
          .score_period = size_option(request, "score-period"),
          .refit_every = size_option(request, "refit"),
          .timeout = timeout_of(request),
          .min_length = size_option(request, "min-length").value(),
          .limit = size_option(request, "limit"),
          .levels = levels_of(request),
          .intervals = interval_method(request),
          .sign = request.arguments.flag("non-negative") ? forecast::Sign::non_negative
                                                         : forecast::Sign::any,
          .threads = threads_of(request),
          .is_global = global,
          .is_without_lightgbm = leaves_lightgbm_out(request),
          .covariates = std::move(covariates)};
}

}  // namespace shelduck::cli
