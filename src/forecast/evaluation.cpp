#include "shelduck/forecast/evaluation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/filling.hpp"
#include "shelduck/forecast/run_forecast.hpp"
#include "shelduck/forecast/series.hpp"
#include "shelduck/forecast/timed_out.hpp"

namespace shelduck::forecast {
namespace {

void check_evaluation(const EvaluationSeries& series) {
  if (series.horizon == 0) {
    throw Error{ErrorKind::invalid_input,
                "horizon is 0",
                {.field = "horizon", .value = "0", .rule = "a number of steps from 1"}};
  }
  if (series.test.size() >= series.horizon) return;
  throw Error{ErrorKind::invalid_input,
              "a series has " + std::to_string(series.test.size()) +
                  " test values for a horizon of " + std::to_string(series.horizon),
              {.field = "horizon",
               .value = std::to_string(series.horizon),
               .rule = "at most the number of test values"}};
}

// The history at an origin, as models take it, and how many rows behind it have no value.
struct History {
  std::vector<double> values{};
  std::size_t behind = 0;
};

History history_of(const EvaluationSeries& series, std::size_t origin) {
  std::vector<double> values(series.train.begin(), series.train.end());
  values.insert(values.end(), series.test.begin(),
                series.test.begin() + static_cast<std::ptrdiff_t>(origin));
  const auto since = from_first_known(values);
  if (since.empty()) return {};
  const auto known = up_to_last_known(since);
  return {.values = filled(known, Fill::linear), .behind = since.size() - known.size()};
}

struct Origin {
  std::size_t at;
  std::size_t steps;
  std::size_t number;
};

// The covariates of that history and of the coming steps.
StepCovariates covariates_of(const EvaluationSeries& series, const Origin& origin,
                             const History& history) {
  if (series.covariates.names.empty()) return {};
  const std::size_t past = history.values.size() + history.behind;
  const std::size_t rows = series.train.size() + origin.at;
  return filled(series.covariates.part(rows - past, past + origin.steps), past);
}

std::string reason_of(const NotEnough& few) {
  return "not enough, have " + std::to_string(few.have) + ", need " + std::to_string(few.need);
}

// The last `steps` of them.
void append(std::vector<double>& all, const std::vector<double>& part, std::size_t steps) {
  if (part.empty()) {
    all.insert(all.end(), steps, std::numeric_limits<double>::quiet_NaN());
  } else {
    all.insert(all.end(), part.end() - static_cast<std::ptrdiff_t>(steps), part.end());
  }
}

// Regular models, combined, or one of irregular runs.
using Forecaster = std::variant<std::span<const RegularModel>, EvaluatedRuns>;

// One model through the origins of one series.
class Rolling {
 public:
  Rolling(const EvaluationSeries& series, Forecaster forecaster, const EvaluationOptions& options)
      : series_(series), forecaster_(forecaster), options_(options) {}

  Evaluation run() {
    std::size_t number = 0;
    for (std::size_t at = 0; at < series_.test.size(); at += series_.horizon, ++number) {
      const std::size_t steps = std::min(series_.horizon, series_.test.size() - at);
      take(points({.at = at, .steps = steps, .number = number}));
    }
    result_.scale = mase_scale(series_.scaled_by.empty() ? series_.train : series_.scaled_by,
                               series_.score_period);
    result_.accuracy = point_accuracy(series_.test, scored_points(), result_.scale);
    return std::move(result_);
  }

 private:
  std::vector<double> points(const Origin& origin) {
    const History history = history_of(series_, origin.at);
    auto all = own_points(history, origin);
    if (!all) {
      trained_.reset();
      all = stand_in(history, origin.steps);
    }
    result_.origins.back().behind = all->size() - origin.steps;
    return {all->end() - static_cast<std::ptrdiff_t>(origin.steps), all->end()};
  }

  // From the end of the history on, of runs those of the origin alone, as each has its own time;
  // nothing where naive2 is to stand in.
  std::optional<std::vector<double>> own_points(const History& history, const Origin& origin) {
    try {
      stop_if_late();
      if (const auto* runs = std::get_if<EvaluatedRuns>(&forecaster_)) {
        return points_of_runs(*runs, origin.at, origin.steps);
      }
      const std::size_t n = history.values.size();
      const std::size_t coming = history.behind + origin.steps;
      known_ = covariates_of(series_, origin, history);
      calendar_ = series_.calendar.from(series_.train.size() + origin.at - history.behind - n);
      if (!prepare(history, origin.number)) return std::nullopt;
      std::vector<double> own = forecast(*trained_, coming, known_.part(n, coming)).points;
      note_scores(scores_of(*trained_, learnt_from(history), models()), origin.steps);
      return own;
    } catch (const TimedOut& late) {
      failure_ = OriginStatus::timeout;
      fail(late.what());
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::invalid_input) throw;
      fail(error.what());
    }
    return std::nullopt;
  }

  void stop_if_late() const {
    if (failure_ == OriginStatus::timeout || options_.is_late()) throw TimedOut{};
  }

  // Nothing where the runs are too few.
  std::optional<std::vector<double>> points_of_runs(const EvaluatedRuns& runs, std::size_t origin,
                                                    std::size_t steps) {
    const std::size_t train_rows = runs.rows.values.size() - series_.test.size();
    auto found =
        forecast_runs(runs.rows, {.known = train_rows + origin, .horizon = steps}, runs.kind);
    if (const auto* few = std::get_if<NotEnough>(&found)) {
      fail(reason_of(*few));
      return std::nullopt;
    }
    auto& own = std::get<RunForecast>(found);
    note_scores(std::move(own.scores), steps);
    return std::move(own.points);
  }

  [[nodiscard]] std::span<const RegularModel> models() const {
    return std::get<std::span<const RegularModel>>(forecaster_);
  }

  [[nodiscard]] RegularSeries learnt_from(const History& history) const {
    return {.values = history.values,
            .period = series_.period,
            .longer = series_.longer,
            .horizon = history.behind + series_.horizon,
            .pooled = series_.pooled,
            .covariates = known_.part(0, history.values.size()),
            .calendar = calendar_,
            .within = series_.within,
            .keeps_past = !options_.levels.empty() && options_.intervals == IntervalMethod::fast,
            .check = [this] {
              options_.check();
              stop_if_late();
            }};
  }

  [[nodiscard]] OriginScores scores_of(const TrainedRegular& trained, const RegularSeries& known,
                                       std::span<const RegularModel> kinds) const {
    if (options_.levels.empty()) return {};
    const std::size_t horizon =
        known_.names.empty() ? known.horizon : known_.steps() - known.values.size();
    if (options_.intervals == IntervalMethod::fast) {
      return origin_scores(trained, known.values, horizon, known_);
    }
    return refit_scores(trained, {.series = known, .kinds = kinds, .known = known_}, horizon);
  }

  void note_scores(OriginScores scores, std::size_t steps, OriginStatus status = OriginStatus::ok) {
    if (options_.levels.empty()) {
      result_.origins.push_back({.steps = steps, .status = status});
      return;
    }
    result_.origins.push_back(
        {.steps = steps, .status = status, .evidence = evidence_of(scores, options_.levels)});
    if (result_.origins.size() == 1 && status == OriginStatus::ok) {
      result_.scores = std::move(scores);
    }
  }

  // Whether there is a model that knows the history.
  bool prepare(const History& history, std::size_t number) {
    if (trained_ && number % options_.refit_every != 0) {
      const std::size_t more = history.values.size() - trained_->n;
      trained_ = update(std::move(*trained_), std::span{history.values}.last(more),
                        known_.part(trained_->n, more));
    } else {
      auto fitted = fit(learnt_from(history), models());
      if (const auto* few = std::get_if<NotEnough>(&fitted)) {
        fail(reason_of(*few));
        return false;
      }
      trained_ = std::get<TrainedRegular>(std::move(fitted));
      result_.is_of_newest = result_.is_of_newest || skipped(*trained_) > 0;
    }
    return true;
  }

  std::vector<double> stand_in(const History& history, std::size_t steps) {
    const std::vector<double>& values = history.values;
    const auto is_usable = [](double value) { return std::abs(value) <= kMagnitudeMax; };
    const bool is_known = !values.empty() && std::ranges::all_of(values, is_usable);
    if (!is_known || !has_usable_range(values)) {
      result_.origins.push_back({.steps = steps, .status = failure_});
      return std::vector<double>(history.behind + steps, 0.0);
    }
    known_ = {};
    constexpr std::array kStandIn{RegularModel::naive2};  // needs no more than one value
    const RegularSeries known{.values = values,
                              .period = series_.score_period,
                              .horizon = history.behind + series_.horizon};
    const auto trained = std::get<TrainedRegular>(fit(known, kStandIn));
    note_scores(scores_of(trained, known, kStandIn), steps, failure_);
    return forecast(trained, history.behind + steps).points;
  }

  void fail(std::string reason) {
    if (result_.failed++ == 0) result_.reason = std::move(reason);
  }

  [[nodiscard]] std::vector<double> scored_points() const {
    std::vector<double> points = result_.points;
    if (options_.sign == Sign::any) return points;
    for (double& point : points) point = std::max(0.0, point);
    return points;
  }

  void take(const std::vector<double>& points) {
    result_.points.insert(result_.points.end(), points.begin(), points.end());
  }

  const EvaluationSeries& series_;
  Forecaster forecaster_;
  EvaluationOptions options_;
  std::optional<TrainedRegular> trained_;
  StepCalendar calendar_;  // of the history
  StepCovariates known_;   // of the history and of the coming steps; of no other model than this
  OriginStatus failure_ = OriginStatus::failed;  // timeout: since a check, for good
  Evaluation result_;
};

}  // namespace

Evaluation evaluate(const EvaluationSeries& series, RegularModel model,
                    const EvaluationOptions& options) {
  return evaluate(series, std::span{&model, 1}, options);
}

Evaluation evaluate(const EvaluationSeries& series, std::span<const RegularModel> models,
                    const EvaluationOptions& options) {
  check_evaluation(series);
  return Rolling{series, models, options}.run();
}

Evaluation evaluate(const EvaluationSeries& series, const EvaluatedRuns& runs,
                    const EvaluationOptions& options) {
  check_evaluation(series);
  return Rolling{series, runs, options}.run();
}

std::vector<LevelBounds> bounds_of(const Evaluation& evaluation, const EvaluationPools& pools,
                                   std::span<const double> levels, Sign sign) {
  std::vector<LevelBounds> all;
  for (const double level : levels) all.push_back({.level = level});
  std::size_t at = 0;
  for (const OriginForecast& origin : evaluation.origins) {
    std::vector<double> points(origin.behind, 0.0);  // of steps that nobody asks for
    const auto own = std::span{evaluation.points}.subspan(at, origin.steps);
    points.insert(points.end(), own.begin(), own.end());
    at += origin.steps;
    const auto of_origin = bounds_of(points, origin.evidence,
                                     origin.is_stand_in() ? pools.naive2 : pools.own, levels, sign);
    for (std::size_t i = 0; i < levels.size(); ++i) {
      append(all[i].lower, of_origin[i].lower, origin.steps);
      append(all[i].upper, of_origin[i].upper, origin.steps);
    }
  }
  return all;
}

void SetScores::add(const Evaluation& evaluation) {
  if (evaluation.failed > 0) ++failed_;
  if (!evaluation.origins.empty() && evaluation.origins.back().status == OriginStatus::timeout) {
    ++timeouts_;
  }
  totals_.add(evaluation.accuracy.totals);
  if (!evaluation.accuracy.smape || !evaluation.accuracy.mase) {
    ++excluded_;
    return;
  }
  ++scored_;
  smape_sum_ += *evaluation.accuracy.smape;
  mase_sum_ += *evaluation.accuracy.mase;
}

std::optional<SetMeans> SetScores::means() const {
  if (scored_ == 0) return std::nullopt;
  const auto n = static_cast<double>(scored_);
  return SetMeans{.smape = smape_sum_ / n, .mase = mase_sum_ / n};
}

}  // namespace shelduck::forecast
