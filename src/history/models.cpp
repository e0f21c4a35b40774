#include "shelduck/history/models.hpp"

#include <algorithm>
#include <set>

#include "shelduck/core/error.hpp"
#include "shelduck/core/parallel.hpp"
#include "shelduck/history/known_plugin.hpp"
#include "shelduck/history/store_record.hpp"
#include "shelduck/history/targets.hpp"
#include "shelduck/history/training_series.hpp"

namespace shelduck::history {
namespace {

std::optional<std::string> word_of(const std::optional<Phase>& phase) {
  return phase ? std::optional{std::string{to_string(*phase)}} : std::nullopt;
}

}  // namespace

std::optional<forecast::SequenceModel> FittedBefore::of(const ModelSubject& subject) const {
  const auto found = texts_.find(subject);
  if (found == texts_.end()) return std::nullopt;
  try {
    return forecast::load_sequence(read_(found->second));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input) throw;
    ++*unreadable_;
    return std::nullopt;
  }
}

FittedBefore fitted_before(store::Connection& connection, const FittedOf& of,
                           const ReadModel& read) {
  if (!read) return {};
  std::map<ModelSubject, std::string> texts;
  for (const store::Row row : connection.query(
           "SELECT coalesce(a.plugin_name, m.plugin_name) AS name, m.phase, m.target, m.state "
           "FROM models m LEFT JOIN plugin_aliases a ON a.old_name = m.plugin_name "
           "WHERE m.state <> '' AND coalesce(m.phase = $1, true) "
           "AND coalesce(m.target = $2, true) "
           "AND ($3 = '' OR list_contains(string_split($3, chr(10)), name)) "
           "ORDER BY m.version DESC",
           {word_of(of.phase), of.target, one_a_line(of.plugins)})) {
    const auto target = std::ranges::find(kTargets, row.get<std::string_view>(2));
    const auto phase = parse_phase(row.get<std::string_view>(1));
    if (target == kTargets.end() || !phase) continue;
    texts.insert({{row.get<std::string>(0), *phase, *target}, row.get<std::string>(3)});
  }
  return {std::move(texts), read};
}

namespace {

using RowsByGroup = std::map<std::pair<std::string, Phase>, std::vector<TrainingRow>>;

RowsByGroup rows_to_train(store::Connection& connection, const TrainOptions& options) {
  std::vector<std::string> plugins;
  for (const std::string& plugin : options.plugins) {
    plugins.push_back(known_plugin(connection, plugin));
  }
  RowsByGroup groups;
  for (TrainingRow& row : training_rows(connection, {.plugins = plugins})) {
    groups[{row.plugin_name, row.phase}].push_back(std::move(row));
  }
  return groups;
}

// One plugin, phase and target on its way.
struct TrainingJob {
  ModelSubject subject;
  forecast::Series series;
  std::optional<forecast::SequenceModel> fitted{};
  std::variant<forecast::TrainedModel, forecast::NotEnough> choice{};
};

std::vector<TrainingJob> jobs_of(const RowsByGroup& groups) {
  std::vector<TrainingJob> jobs;
  for (const auto& [group, rows] : groups) {
    for (const std::string_view target : kTargets) {
      forecast::Series series = training_series(rows, target).series;
      if (!series.values.empty())
        jobs.push_back({{group.first, group.second, target}, std::move(series)});
    }
  }
  return jobs;
}

void carry_out(TrainingJob& job) {
  auto fitted = forecast::fit_sequence(job.series.values);
  if (const auto* few = std::get_if<forecast::NotEnough>(&fitted)) {
    job.choice = *few;
    return;
  }
  job.fitted = std::get<forecast::SequenceModel>(std::move(fitted));
  job.choice = forecast::train(job.series, job.fitted);
}

// A few at a time, so that progress is heard of.
void carry_out_all(std::vector<TrainingJob>& jobs, const TrainOptions& options) {
  const std::size_t together = 2 * std::max<std::size_t>(1, options.threads);
  for (std::size_t first = 0; first < jobs.size(); first += together) {
    if (options.progress) options.progress(first, jobs.size());
    parallel_for(std::min(together, jobs.size() - first), options.threads,
                 [&](std::size_t i) { carry_out(jobs[first + i]); });
  }
}

ModelTrained record_of(const TrainingJob& job, const forecast::TrainedModel& chosen,
                       const TrainingRecords& as_records) {
  const bool is_kept = chosen.kind == forecast::ModelKind::ensemble;
  return {.plugin_name = job.subject.plugin_name,
          .phase = job.subject.phase,
          .target = std::string{job.subject.target},
          .model = std::string{to_string(chosen.kind)},
          .version = new_uuid(as_records.now, as_records.random),
          .trained_at = as_records.now,
          .n = static_cast<std::int64_t>(chosen.n),
          .state = is_kept ? as_records.write(forecast::save(*job.fitted)) : ""};
}

}  // namespace

Training train_models(store::Connection& connection, const TrainOptions& options,
                      const TrainingRecords& as_records) {
  const RowsByGroup groups = rows_to_train(connection, options);
  std::vector<TrainingJob> jobs = jobs_of(groups);
  carry_out_all(jobs, options);
  Training training;
  for (TrainingJob& job : jobs) {
    if (const auto* chosen = std::get_if<forecast::TrainedModel>(&job.choice)) {
      training.records.push_back(store_record(record_of(job, *chosen, as_records)));
    }
    training.targets.push_back({std::move(job.subject), std::move(job.choice)});
  }
  return training;
}

namespace {

Document candidates_document(const std::vector<forecast::Candidate>& candidates) {
  Document list = Document::array();
  for (const forecast::Candidate& candidate : candidates) {
    Document entry = Document::object();
    const bool is_member = std::ranges::find(forecast::kTogetherKinds, candidate.kind) !=
                           forecast::kTogetherKinds.end();
    entry.set("model", to_string(candidate.kind)).set("loss", candidate.loss);
    entry.set("weight", is_member ? Document{candidate.weight} : Document{});
    entry.set("ahead_by", candidate.ahead_by).set("standard_error", candidate.standard_error);
    list.add(std::move(entry));
  }
  return list;
}

}  // namespace

Document document(const Training& training) {
  Document list = Document::array();
  for (const TrainedTarget& target : training.targets) {
    Document entry = Document::object();
    entry.set("plugin_name", target.subject.plugin_name);
    entry.set("phase", to_string(target.subject.phase)).set("target", target.subject.target);
    if (const auto* few = std::get_if<forecast::NotEnough>(&target.choice)) {
      Document reason = Document::object();
      reason.set("have", few->have).set("need", few->need);
      list.add(std::move(entry.set("not_enough", std::move(reason))));
      continue;
    }
    const auto& model = std::get<forecast::TrainedModel>(target.choice);
    entry.set("n", model.n).set("model", to_string(model.kind));
    list.add(std::move(entry.set("candidates", candidates_document(model.candidates))));
  }
  return std::move(Document::object().set("models", std::move(list)));
}

}  // namespace shelduck::history
