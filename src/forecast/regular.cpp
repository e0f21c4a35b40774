#include "shelduck/forecast/regular.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/combination.hpp"
#include "shelduck/forecast/earlier_fits.hpp"
#include "shelduck/forecast/fitted_state.hpp"
#include "shelduck/forecast/number_text.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {
namespace {

std::string in_words(const std::vector<std::string>& names) {
  std::string words;
  for (const std::string& name : names) words += (words.empty() ? "" : ", ") + name;
  return words.empty() ? "none" : words;
}

void check_regular(std::span<const double> values) {
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (!(std::abs(values[t]) <= kMagnitudeMax)) {
      const std::string field = "values[" + std::to_string(t) + "]";
      const std::string text = number_text(values[t]);
      const std::string rule = "finite, and at most 1e150 in size";
      throw Error{ErrorKind::invalid_input,
                  "the series cannot be used: " + field + " is " + text + ", but must be " + rule,
                  {.field = field,
                   .value = text,
                   .rule = rule,
                   .hint = std::isnan(values[t]) ? "fill missing values first" : ""}};
    }
  }
}

void check_range(std::span<const double> values) {
  if (has_usable_range(values)) return;
  const auto [least, greatest] = std::ranges::minmax(values);
  const std::string text = number_text(greatest - least);
  const std::string rule = "0, or at least 1e-150";
  throw Error{ErrorKind::invalid_input,
              "the series cannot be used: its range is " + text + ", but must be " + rule,
              {.field = "values",
               .value = text,
               .rule = "a range of " + rule,
               .hint = "give the values in a smaller unit"}};
}

void check_known(const TrainedRegular& model, const StepCovariates& known, std::size_t steps) {
  if (known.names != model.covariates) {
    throw Error{ErrorKind::invalid_input,
                "the covariates are " + in_words(known.names) + ", but must be " +
                    in_words(model.covariates) + ", with which the model was trained",
                {.field = "covariates",
                 .value = in_words(known.names),
                 .rule = "those of the training, in their order: " + in_words(model.covariates)}};
  }
  check(known, steps);
}

void check_kinds(std::span<const RegularModel> kinds, const StepCovariates& covariates) {
  if (covariates.names.empty()) return;
  for (const RegularModel kind : kinds) {
    if (knows_covariates(kind)) continue;
    std::vector<std::string> knowing;
    for (const RegularModel other : kRegularModels) {
      if (knows_covariates(other)) knowing.emplace_back(to_string(other));
    }
    const std::string model{to_string(kind)};
    throw Error{ErrorKind::invalid_input,
                "the model " + model + " knows no covariates; " + in_words(knowing) + " do",
                {.field = "model", .value = model, .rule = "one of " + in_words(knowing)}};
  }
}

template <class Model>
std::size_t skipped_by(const Model& model) {
  if constexpr (requires { model.skipped; }) return model.skipped;
  return 0;
}

std::size_t skipped_by(const TrainedMember& member) {
  return std::visit([](const auto& state) { return skipped_by(state); }, member.state);
}

std::vector<TrainedMember> started_members(const TrainedRegular& model) {
  std::vector<TrainedMember> members;
  for (const TrainedMember& member : model.members) {
    members.push_back(
        {.kind = member.kind,
         .state = std::visit([](const auto& state) { return RegularState{started(state)}; },
                             member.state)});
  }
  return members;
}

// A value and what is known of its step.
struct KnownValue {
  double value;
  KnownRow row;
};

// The values before those that it skipped are not for a member.
void absorb(std::span<TrainedMember> members, const KnownValue& known, std::size_t t) {
  for (TrainedMember& member : members) {
    if (t < skipped_by(member)) continue;
    std::visit([&](auto& state) { absorb_into(state, known.value, known.row); }, member.state);
  }
}

// Where an earlier fit knew as many values as have gone by, it goes on from there.
void take_earlier(const TrainedRegular& model, std::size_t t, std::span<TrainedMember> at) {
  for (std::size_t i = 0; i < at.size(); ++i) {
    for (const EarlierFit& earlier : model.members[i].earlier) {
      if (earlier.known == t) at[i].state = earlier.state;
    }
  }
}

double combined_next(std::span<const TrainedMember> members, KnownRow row,
                     std::vector<double>& points) {
  points.clear();
  for (const TrainedMember& member : members) {
    points.push_back(
        std::visit([&](const auto& state) { return next_of(state, row); }, member.state));
  }
  return trimmed_mean(points);
}

template <class Model>
Path path_of_member(const Model& model, std::size_t horizon, KnownRows rows) {
  if constexpr (KnowsCovariates<Model>) {
    return forecast(model, horizon, rows);
  } else {
    return forecast(model, horizon);
  }
}

Path combined_path(std::span<const TrainedMember> members, std::size_t horizon, KnownRows rows) {
  std::vector<Path> paths;
  for (const TrainedMember& member : members) {
    paths.push_back(std::visit(
        [&](const auto& state) { return path_of_member(state, horizon, rows); }, member.state));
  }
  return combined(paths);
}

// Of `n` values the first whose error counts: what a model says of the way along none of them, but
// where it depends on their number.
template <class Model>
std::size_t first_error_of(const Model& model, std::size_t n) {
  if constexpr (std::is_same_v<Model, SeasonalNaiveModel>) {
    return first_scored(model, n);
  } else {
    return one_step(model, std::span<const double>{}).first + std::min(skipped_by(model), n);
  }
}

std::size_t first_error(const TrainedMember& member, std::size_t n) {
  return std::visit([&](const auto& state) { return first_error_of(state, n); }, member.state);
}

// A model that knows covariates has an effect, or a scale, for each.
template <class Model>
bool fits_covariates(const Model& model, std::size_t covariates) {
  if constexpr (KnowsCovariates<Model>) {
    return model.covariates() == covariates;
  } else {
    return true;
  }
}

std::vector<RegularModel> members_of(std::span<const RegularModel> kinds,
                                     const RegularSeries& series) {
  std::vector<RegularModel> members;
  for (const RegularModel kind : kinds) {
    for (const RegularModel member : members_of(kind, series)) {
      if (std::ranges::find(members, member) == members.end()) members.push_back(member);
    }
  }
  return members;
}

// What stands within mstl knows no covariates.
std::size_t values_needed(RegularModel kind, const RegularSeries& series) {
  if (kind == RegularModel::mstl) return values_needed(series.within);
  return values_needed(kind, series.covariates.names.size());
}

// Whether something is chosen or fitted to the values; what is a formula of them was asked for of
// all of them.
bool is_fitted_or_combined(std::span<const RegularModel> kinds) {
  return kinds.size() > 1 || kinds.front() == RegularModel::nlinear ||
         !is_closed_form(kinds.front());
}

std::size_t least_needed(std::span<const RegularModel> kinds, const RegularSeries& series) {
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const RegularModel kind : kinds) least = std::min(least, values_needed(kind, series));
  return least;
}

void check_within(RegularModel within) {
  if (stands_within_mstl(within)) return;
  throw Error{ErrorKind::invalid_input,
              std::string(to_string(within)) + " cannot stand within mstl",
              {.field = "within",
               .value = std::string(to_string(within)),
               .rule = "a model of its own, and not mstl"}};
}

// Of the values that come next, with what is learnt in the place of giants, which are noted.
std::vector<double> learnt_of(TrainedRegular& model, std::span<const double> values) {
  std::vector<double> learnt(values.begin(), values.end());
  if (!model.watch) return learnt;
  for (std::size_t i = 0; i < values.size(); ++i) {
    learnt[i] = model.watch->take(values[i]);
    if (learnt[i] != values[i]) model.outliers.push_back({.t = model.n + i, .value = learnt[i]});
  }
  return learnt;
}

std::variant<TrainedRegular, NotEnough> fitted_members(const RegularSeries& series,
                                                       std::span<const RegularModel> kinds) {
  const std::size_t have = series.values.size();
  check(series.covariates, have);
  check(series.calendar);
  check_kinds(kinds, series.covariates);
  TrainedRegular trained{
      .period = series.period, .n = have, .members = {}, .covariates = series.covariates.names};
  if (std::ranges::find(kinds, RegularModel::automatic) != kinds.end()) {
    trained.problem = problem_class(series);
  }
  const std::vector<RegularModel> members = members_of(kinds, series);
  for (const RegularModel member : members) {
    if (have >= values_needed(member, series)) {
      stop_if_asked(series.check);
      trained.members.push_back({.kind = member, .state = fitted_state(series, member)});
      if (!series.keeps_past) continue;
      trained.members.back().earlier = earlier_fits(trained.members.back().state, series);
    }
  }
  if (trained.members.empty()) {
    return NotEnough{.have = have, .need = least_needed(members.empty() ? kinds : members, series)};
  }
  return trained;
}

std::variant<TrainedRegular, NotEnough> fitted_without_giants(const RegularSeries& series,
                                                              std::span<const RegularModel> kinds) {
  std::vector<Replacement> outliers = giant_outliers(series.values);
  RegularSeries learnt = series;
  learnt.values = with_replacements(series.values, outliers);
  auto fitted = fitted_members(learnt, kinds);
  if (auto* trained = std::get_if<TrainedRegular>(&fitted)) {
    trained->watch = outlier_watch(series.values, outliers);
    trained->outliers = std::move(outliers);
  }
  return fitted;
}

std::size_t first_error(const TrainedRegular& model, std::size_t n) {
  std::size_t first = 0;
  for (const TrainedMember& member : model.members) first = std::max(first, first_error(member, n));
  return first;
}

PastErrors errors_along(const TrainedRegular& model, std::span<const double> values,
                        const StepCovariates& known) {
  const OneStep past = one_step(model, values, known);
  PastErrors errors{.first = past.first};
  for (const double error : past.errors) errors.sum.add(error);
  return errors;
}

}  // namespace

bool TrainedRegular::is_whole() const {
  const auto fits = [&](const RegularState& of) {
    return std::visit([&](const auto& state) { return fits_covariates(state, covariates.size()); },
                      of);
  };
  return !members.empty() && std::ranges::all_of(members, [&](const TrainedMember& member) {
    return fits(member.state) && std::ranges::all_of(member.earlier, [&](const EarlierFit& fit) {
             return fit.state.index() == member.state.index() && fits(fit.state);
           });
  });
}

std::variant<TrainedRegular, NotEnough> fit(const RegularSeries& series, RegularModel kind) {
  return fit(series, std::span{&kind, 1});
}

std::variant<TrainedRegular, NotEnough> fit(const RegularSeries& series,
                                            std::span<const RegularModel> kinds) {
  check_regular(series.values);
  check_range(series.values);
  check_within(series.within);
  // What is known of a step may say why its value is so far out.
  const bool is_watched = is_fitted_or_combined(kinds) && series.covariates.names.empty();
  auto fitted = is_watched ? fitted_without_giants(series, kinds) : fitted_members(series, kinds);
  if (auto* trained = std::get_if<TrainedRegular>(&fitted); trained && series.keeps_past) {
    trained->errors = errors_along(*trained, series.values, series.covariates);
  }
  return fitted;
}

Path forecast(const TrainedRegular& model, std::size_t horizon, const StepCovariates& coming) {
  check_horizon(horizon);
  check_known(model, coming, horizon);
  return combined_path(model.members, horizon, coming.rows());
}

TrainedRegular update(TrainedRegular model, std::span<const double> values,
                      const StepCovariates& known) {
  check_regular(values);
  check_known(model, known, values.size());
  std::vector<double> points;
  const KnownRows rows = known.rows();
  const std::vector<double> learnt = learnt_of(model, values);
  for (std::size_t i = 0; i < learnt.size(); ++i, ++model.n) {
    const KnownValue next{.value = learnt[i], .row = rows.at(i)};
    if (model.errors && model.n >= model.errors->first) {
      model.errors->sum.add(next.value - combined_next(model.members, next.row, points));
    }
    absorb(model.members, next, model.n);
  }
  return model;
}

std::size_t fitted(const TrainedRegular& model) {
  std::size_t sum = 0;
  for (const TrainedMember& member : model.members) {
    sum += std::visit([](const auto& state) { return fitted(state); }, member.state);
  }
  return (sum + model.members.size() - 1) / model.members.size();
}

std::size_t skipped(const TrainedRegular& model) {
  std::size_t most = 0;
  for (const TrainedMember& member : model.members) most = std::max(most, skipped_by(member));
  return most;
}

void for_each_origin(const TrainedRegular& model, std::span<const double> values,
                     const Origins& origins, const OriginVisitor& visit,
                     const StepCovariates& known) {
  check_regular(values);
  check_horizon(origins.horizon);
  check_known(model, known, values.size());
  const KnownRows rows = known.rows();
  std::vector<double> learnt;
  if (!model.outliers.empty()) values = learnt = with_replacements(values, model.outliers);
  std::vector<TrainedMember> at = started_members(model);
  const std::size_t first = std::max(origins.first, skipped(model));
  for (std::size_t t = 0; t < values.size(); ++t) {
    take_earlier(model, t, at);
    if (t >= first) {
      visit(t, combined_path(at, std::min(origins.horizon, values.size() - t), rows.from(t)));
    }
    absorb(at, {.value = values[t], .row = rows.at(t)}, t);
  }
}

OneStep one_step(const TrainedRegular& model, std::span<const double> values,
                 const StepCovariates& known) {
  check_regular(values);
  check_known(model, known, values.size());
  const KnownRows rows = known.rows();
  std::vector<double> learnt;
  if (!model.outliers.empty()) values = learnt = with_replacements(values, model.outliers);
  std::vector<TrainedMember> at = started_members(model);
  std::vector<double> points;
  OneStep past{.first = first_error(model, values.size())};
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (t >= past.first) past.errors.push_back(values[t] - combined_next(at, rows.at(t), points));
    absorb(at, {.value = values[t], .row = rows.at(t)}, t);
  }
  return past;
}

// Which error is the first may depend on how many values there are.
ErrorSum past_errors(const TrainedRegular& model, std::span<const double> values,
                     const StepCovariates& known) {
  const bool is_kept = model.errors && model.n == values.size() &&
                       model.errors->first == first_error(model, values.size());
  return is_kept ? model.errors->sum : errors_along(model, values, known).sum;
}

}  // namespace shelduck::forecast
