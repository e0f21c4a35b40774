#include "shelduck/history/prediction.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "shelduck/core/error.hpp"
#include "shelduck/core/parallel.hpp"
#include "shelduck/forecast/conformal.hpp"
#include "shelduck/forecast/totals.hpp"
#include "shelduck/history/calibration.hpp"
#include "shelduck/history/known_plugin.hpp"
#include "shelduck/history/store_record.hpp"
#include "shelduck/history/training_series.hpp"

namespace shelduck::history {
namespace {

using forecast::NotEnough;

void check(const PredictOptions& options) {
  forecast::check_level(options.level);
  std::set<std::string> named;
  for (const PlanOfPlugins::Wave& wave : options.plan.waves) {
    for (const std::string& plugin : wave.plugins) {
      if (!named.insert(plugin).second) {
        throw Error{ErrorKind::invalid_input,
                    "plan names plugin '" + plugin + "' twice",
                    {.field = "plan", .value = plugin, .rule = "each plugin stands in one wave"}};
      }
    }
  }
}

Document inputs_of(const PredictOptions& options) {
  Document inputs = Document::object();
  if (options.packages) inputs.set("packages", *options.packages);
  if (options.download_bytes) inputs.set("download_bytes", *options.download_bytes);
  return inputs;
}

forecast::NextRun next_run(const forecast::Series& series, const PredictOptions& options,
                           Instant now) {
  forecast::NextRun next{.time = Seconds{now.time_since_epoch()}.count()};
  for (const forecast::Covariate& covariate : series.covariates) {
    const auto& known = covariate.name == "packages" ? options.packages : options.download_bytes;
    if (known) next.covariates.push_back({covariate.name, static_cast<double>(*known)});
  }
  return next;
}

// One plugin and target: the model, its series, and what it believes about the next value.
struct Fit {
  TrainingSeries training;
  forecast::TrainedModel model;
  forecast::Predictive next;
};

using FitOrReason = std::variant<Fit, NotEnough>;

// What a fit of one plugin and target is made of.
struct FitJob {
  const std::string* plugin;
  std::string_view target;
  std::span<const TrainingRow> rows;
  std::optional<FitOrReason>* fit;
};

// What every fit of a prediction knows.
struct FitsKnow {
  const PredictOptions& options;
  const FittedBefore& before;
  Instant now;
};

std::optional<FitOrReason> fit(const FitJob& job, const FitsKnow& know) {
  TrainingSeries training = training_series(job.rows, job.target);
  if (training.series.values.empty()) {
    // Wall clocks are always measured, so none means no success yet; of others nothing is known.
    if (job.target != "wall_clock_seconds") return std::nullopt;
    return NotEnough{0, forecast::kSamplesNeeded};
  }
  auto trained = forecast::train(training.series,
                                 know.before.of({*job.plugin, know.options.phase, job.target}));
  if (const auto* few = std::get_if<NotEnough>(&trained)) return *few;
  auto& model = std::get<forecast::TrainedModel>(trained);
  forecast::Predictive next =
      forecast::predict(model, next_run(training.series, know.options, know.now));
  return Fit{std::move(training), std::move(model), std::move(next)};
}

// Every fit of a prediction, by target and plugin.
using Fits = std::map<std::string_view, std::map<std::string, std::optional<FitOrReason>>>;

std::vector<FitJob> fit_jobs(const std::vector<std::string>& plugins, const RowsByPlugin& rows,
                             Fits& fits) {
  std::vector<FitJob> jobs;
  for (const std::string_view target : kTargets) {
    for (const std::string& plugin : plugins) {
      const auto found = rows.find(plugin);
      const std::span<const TrainingRow> own =
          found == rows.end() ? std::span<const TrainingRow>{} : std::span{found->second};
      jobs.push_back({&plugin, target, own, &fits[target][plugin]});
    }
  }
  return jobs;
}

// Fits, and the levels at which their intervals work. Two threads, because the fits of thirty
// plugins are half of the time of their question; one of them reads the levels first.
struct Learned {
  Fits fits;
  AdaptiveLevels levels;
};

Learned learn(const std::vector<std::string>& plugins, const RowsByPlugin& rows,
              const FitsKnow& know, const std::function<AdaptiveLevels()>& read_levels) {
  Learned learned;
  const std::vector<FitJob> jobs = fit_jobs(plugins, rows, learned.fits);
  parallel_for(1 + jobs.size(), 2, [&](std::size_t i) {
    if (i == 0) {
      learned.levels = read_levels();
    } else {
      *jobs[i - 1].fit = fit(jobs[i - 1], know);
    }
  });
  return learned;
}

// Truth and the forecast of then of every past run, per member of the total.
std::vector<forecast::PastRun> past_runs(std::span<const Fit* const> fits) {
  std::unordered_map<Uuid, forecast::PastRun, UuidHash> by_run;
  std::vector<Uuid> order;
  for (std::size_t member = 0; member < fits.size(); ++member) {
    const Fit& fit = *fits[member];
    for (std::size_t i = 0; i < fit.training.runs.size(); ++i) {
      const Uuid& id = fit.training.runs[i].uuid;
      auto [found, is_new] = by_run.try_emplace(id);
      forecast::PastRun& past = found->second;
      if (is_new) {
        order.push_back(id);
        past.actual.assign(fits.size(), forecast::kUnknown);
        past.predicted.assign(fits.size(), forecast::kUnknown);
      }
      // A plugin that ran twice in the run counts with both; what was forecast of one of them alone
      // is not known.
      const bool is_first = std::isnan(past.actual[member]);
      const double actual = fit.training.series.values[i];
      const double predicted = fit.model.one_step[i];
      past.actual[member] = is_first ? actual : past.actual[member] + actual;
      past.predicted[member] = is_first ? predicted : past.predicted[member] + predicted;
    }
  }
  std::vector<forecast::PastRun> runs;
  runs.reserve(order.size());
  for (const Uuid& id : order) runs.push_back(std::move(by_run[id]));
  return runs;
}

// The plan of plugin names as one of member indices, over the plugins that are predicted.
forecast::Plan plan_of(const PlanOfPlugins& named, const std::vector<std::string>& members) {
  const auto indices = [&](const std::vector<std::string>& plugins) {
    std::vector<std::size_t> found;
    for (const std::string& plugin : plugins) {
      const auto at = std::find(members.begin(), members.end(), plugin);
      if (at != members.end()) found.push_back(static_cast<std::size_t>(at - members.begin()));
    }
    return found;
  };
  forecast::Plan plan;
  for (const PlanOfPlugins::Wave& wave : named.waves) {
    plan.waves.push_back({indices(wave.plugins), wave.max_parallel});
  }
  for (const auto& mutex : named.mutexes) plan.mutexes.push_back(indices(mutex));
  return plan;
}

bool is_in(const PlanOfPlugins& plan, const std::string& plugin) {
  if (plan.waves.empty()) return true;
  return std::any_of(plan.waves.begin(), plan.waves.end(), [&](const PlanOfPlugins::Wave& wave) {
    return std::find(wave.plugins.begin(), wave.plugins.end(), plugin) != wave.plugins.end();
  });
}

forecast::TotalTarget total_target(std::string_view target) {
  if (target == "wall_clock_seconds") return forecast::TotalTarget::elapsed;
  if (target == "memory_peak_bytes") return forecast::TotalTarget::peak;
  return forecast::TotalTarget::sum;
}

std::optional<TargetForecast> total_of(const Fits& fits, std::string_view target,
                                       const std::vector<std::string>& members,
                                       const PredictOptions& options) {
  std::vector<const Fit*> parts;
  std::vector<forecast::Member> amounts;
  for (const std::string& plugin : members) {
    const auto& entry = fits.at(target).at(plugin);
    if (!entry) return std::nullopt;
    if (const auto* few = std::get_if<NotEnough>(&*entry)) return *few;
    parts.push_back(&std::get<Fit>(*entry));
    forecast::Member member{.amount = parts.back()->next};
    if (target == "memory_peak_bytes") {
      const auto& wall = fits.at("wall_clock_seconds").at(plugin);
      if (!wall || std::holds_alternative<NotEnough>(*wall)) return std::nullopt;
      member.duration = std::get<Fit>(*wall).next;
    }
    amounts.push_back(std::move(member));
  }
  const forecast::TotalOptions total_options{.target = total_target(target),
                                             .interval = {.level = options.level}};
  // One after another, a peak is that of the largest member and needs no durations of the past.
  const auto past =
      target == "memory_peak_bytes" ? std::vector<forecast::PastRun>{} : past_runs(parts);
  return forecast::total(amounts, plan_of(options.plan, members), total_options, past).forecast;
}

struct Levels {
  double nominal;
  const AdaptiveLevels& adaptive;

  [[nodiscard]] forecast::IntervalOptions of(const std::string& plugin,
                                             std::string_view target) const {
    const auto found = adaptive.find({plugin, std::string{target}});
    if (found == adaptive.end()) return {.level = nominal};
    return {.level = nominal, .working_level = found->second};
  }
};

PluginPrediction prediction_of(const std::string& plugin, const Fits& fits, const Levels& levels) {
  PluginPrediction prediction{plugin, {}};
  for (const std::string_view target : kTargets) {
    const auto& entry = fits.at(target).at(plugin);
    std::optional<TargetForecast>& slot = prediction.targets.emplace_back();
    if (!entry) continue;
    if (const auto* few = std::get_if<NotEnough>(&*entry)) {
      slot = *few;
    } else {
      slot = forecast::interval(std::get<Fit>(*entry).next, levels.of(plugin, target));
    }
  }
  return prediction;
}

// Every plugin of the plan must be known, and every plugin that is asked for must stand in it:
// else the total would be of other plugins than the caller believes.
void check_plan(store::Connection& connection, const PredictOptions& options) {
  const auto require_known = [&](const std::vector<std::string>& plugins) {
    for (const std::string& plugin : plugins) {
      static_cast<void>(known_plugin(connection, plugin));
    }
  };
  for (const PlanOfPlugins::Wave& wave : options.plan.waves) require_known(wave.plugins);
  for (const auto& mutex : options.plan.mutexes) require_known(mutex);
  for (const std::string& plugin : options.plugins) {
    if (is_in(options.plan, plugin)) continue;
    throw Error{
        ErrorKind::invalid_input,
        "plugin '" + plugin + "' is asked for, but stands in no wave of the plan",
        {.field = "plan", .value = plugin, .rule = "a wave for each plugin that is asked for"}};
  }
}

// Under their present names.
std::vector<std::string> named_plugins(store::Connection& connection,
                                       const PredictOptions& options) {
  std::set<std::string> plugins;
  for (const std::string& plugin : options.plugins) {
    plugins.insert(known_plugin(connection, plugin));
  }
  return {plugins.begin(), plugins.end()};
}

}  // namespace

Prediction predict(store::Connection& connection, const PredictOptions& options, Instant now) {
  check(options);
  check_plan(connection, options);
  const std::vector<std::string> named = named_plugins(connection, options);
  const std::vector<std::string> plugins = named.empty() ? known_plugins(connection) : named;
  const auto rows = training_rows(connection, {.plugins = named, .phase = options.phase});
  const FittedBefore before =
      fitted_before(connection, {.plugins = named, .phase = options.phase}, options.read_model);
  const Learned learned = learn(plugins, rows_by_plugin(rows), {options, before, now},
                                [&] { return adaptive_levels(connection, named, options.level); });
  Prediction prediction{.level = options.level,
                        .phase = options.phase,
                        .plugins = {},
                        .total = {},
                        .total_of = {},
                        .plan = options.plan.name,
                        .inputs = to_json(inputs_of(options)),
                        .unreadable_models = before.unreadable()};
  const Levels levels{options.level, learned.levels};
  for (const std::string& plugin : plugins) {
    prediction.plugins.push_back(prediction_of(plugin, learned.fits, levels));
    if (is_in(options.plan, plugin)) prediction.total_of.push_back(plugin);
  }
  for (const std::string_view target : kTargets) {
    prediction.total.push_back(prediction.total_of.empty()
                                   ? std::nullopt
                                   : total_of(learned.fits, target, prediction.total_of, options));
  }
  return prediction;
}

namespace {

// The forecast as a record, without an id where it says "not enough".
std::optional<ForecastIssued> issued(const Prediction& prediction,
                                     const std::optional<std::string>& plugin, std::size_t target,
                                     Instant now) {
  const auto& entry =
      plugin ? std::find_if(prediction.plugins.begin(), prediction.plugins.end(),
                            [&](const PluginPrediction& p) { return p.plugin_name == *plugin; })
                   ->targets[target]
             : prediction.total[target];
  if (!entry || !std::holds_alternative<forecast::Forecast>(*entry)) return std::nullopt;
  const auto& made = std::get<forecast::Forecast>(*entry);
  ForecastIssued record{
      .issued_at = now,
      .plugin_name = plugin,
      .plan = plugin ? std::nullopt : std::optional{prediction.plan},
      .total_of = plugin ? std::nullopt : std::optional{one_a_line(prediction.total_of)},
      .phase = prediction.phase,
      .target = std::string(kTargets[target]),
      .model = made.model,
      .level = made.level,
      .lower = made.lower,
      .point = made.point,
      .upper = made.upper,
      .n = static_cast<std::int64_t>(made.n),
      .inputs = prediction.inputs};
  ForecastIssued identity = record;
  identity.issued_at = Instant{};
  identity.lower.reset();
  identity.upper.reset();
  identity.point = 0;
  record.forecast_id = ForecastId{derived_uuid("forecast " + encode(identity))};
  return record;
}

std::unordered_set<Uuid, UuidHash> stored_among(store::Connection& connection,
                                                const std::vector<ForecastIssued>& issued) {
  std::string ids;
  for (const ForecastIssued& one : issued) {
    ids += (ids.empty() ? "" : "\n") + to_string(one.forecast_id.uuid);
  }
  std::unordered_set<Uuid, UuidHash> stored;
  for (const store::Row row : connection.query(
           "SELECT f.forecast_id FROM forecasts f SEMI JOIN "
           "(SELECT unnest(string_split($1, chr(10)))::UUID AS id) w ON w.id = f.forecast_id",
           {ids})) {
    stored.insert(row.get<Uuid>(0));
  }
  return stored;
}

}  // namespace

std::vector<store::Record> new_forecasts(store::Connection& connection,
                                         const Prediction& prediction, Instant now) {
  std::vector<std::optional<std::string>> subjects;
  for (const PluginPrediction& plugin : prediction.plugins) subjects.push_back(plugin.plugin_name);
  // The total of one plugin says nothing that its own forecast does not say.
  if (prediction.total_of.size() > 1) subjects.push_back(std::nullopt);
  std::vector<ForecastIssued> all;
  for (const auto& subject : subjects) {
    for (std::size_t target = 0; target < kTargets.size(); ++target) {
      auto record = issued(prediction, subject, target, now);
      if (record) all.push_back(std::move(*record));
    }
  }
  if (all.empty()) return {};
  const auto stored = stored_among(connection, all);
  std::vector<store::Record> records;
  for (const ForecastIssued& one : all) {
    if (!stored.contains(one.forecast_id.uuid)) records.push_back(store_record(one));
  }
  return records;
}

Document document(const TargetForecast& forecast) {
  Document answer = Document::object();
  if (const auto* few = std::get_if<NotEnough>(&forecast)) {
    Document reason = Document::object();
    reason.set("have", few->have).set("need", few->need);
    return answer.set("not_enough", std::move(reason));
  }
  const auto& made = std::get<forecast::Forecast>(forecast);
  answer.set("point", made.point).set("lower", made.lower).set("upper", made.upper);
  answer.set("n", made.n).set("model", made.model.empty() ? Document{} : Document{made.model});
  answer.set("interval_need", made.interval_need);
  return answer;
}

namespace {

using IdOfTarget = std::function<std::optional<ForecastId>(std::size_t target)>;

Document targets_document(const std::vector<std::optional<TargetForecast>>& targets,
                          const IdOfTarget& id_of) {
  Document answer = Document::object();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const TargetForecast unmeasured = NotEnough{0, forecast::kSamplesNeeded};
    Document entry = document(targets[i].value_or(unmeasured));
    if (const auto id = id_of(i)) entry.set("forecast_id", *id);
    answer.set(kTargets[i], std::move(entry));
  }
  return answer;
}

}  // namespace

Document document(const Prediction& prediction, ForecastIds ids) {
  // As new_forecasts() names them: the total of one plugin has none.
  const auto ids_of = [&](const std::optional<std::string>& plugin) -> IdOfTarget {
    if (ids == ForecastIds::left_out || (!plugin && prediction.total_of.size() < 2)) {
      return [](std::size_t) { return std::nullopt; };
    }
    return [&prediction, plugin](std::size_t target) -> std::optional<ForecastId> {
      const auto record = issued(prediction, plugin, target, Instant{});
      return record ? std::optional{record->forecast_id} : std::nullopt;
    };
  };
  Document plugins = Document::array();
  for (const PluginPrediction& plugin : prediction.plugins) {
    Document entry = Document::object();
    entry.set("plugin_name", plugin.plugin_name)
        .set("targets", targets_document(plugin.targets, ids_of(plugin.plugin_name)));
    plugins.add(std::move(entry));
  }
  Document total = Document::object();
  total.set("targets", targets_document(prediction.total, ids_of(std::nullopt)));
  Document answer = Document::object();
  answer.set("level", prediction.level * 100).set("phase", to_string(prediction.phase));
  answer.set("plugins", std::move(plugins)).set("total", std::move(total));
  return answer.set("plan", prediction.plan);
}

}  // namespace shelduck::history
