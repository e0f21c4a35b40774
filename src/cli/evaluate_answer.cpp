#include "shelduck/cli/evaluate_answer.hpp"

#include <algorithm>
#include <map>

#include "shelduck/cli/cell.hpp"
#include "shelduck/cli/series_request.hpp"

namespace shelduck::cli {
namespace {

std::optional<forecast::SetMeans> means_of(const FileSummary& summary, std::string_view model) {
  const auto found = std::ranges::find(summary.models, model, &ModelSummary::model);
  if (found == summary.models.end()) return std::nullopt;
  return found->scores.means();
}

Document level_document(const forecast::IntervalScores& scores) {
  const auto means = scores.means();
  Document by_step = Document::array();
  for (const auto& share : scores.coverage_by_step()) by_step.add(share);
  Document row = Document::object();
  row.set("level", percent_of(scores.level()));
  row.set("coverage", means ? Document{means->coverage} : Document{});
  row.set("width", means ? Document{means->width} : Document{});
  row.set("msis", means ? Document{means->msis} : Document{});
  row.set("coverage_by_step", std::move(by_step));
  row.set("share_of_series_under_60", means ? Document{means->share_poor} : Document{});
  return row.set("without_interval", scores.without());
}

// The levels of a row as members of its own, for CSV and for people.
Document flattened(Document row) {
  const Document::Array levels = *row.find("levels")->elements();
  for (const Document& level : levels) {
    const std::string word = "_" + level_word(*level.find("level")->number() / 100);
    for (const char* measure : {"coverage", "width", "msis"}) {
      row.set(measure + word, *level.find(measure));
    }
  }
  return row;
}

Document model_document(const ModelSummary& model,
                        const std::optional<forecast::SetMeans>& yardstick) {
  const auto means = model.scores.means();
  const double seconds = Seconds{model.took.wall}.count();
  const auto count = model.scores.scored() + model.scores.excluded();
  Document row = Document::object();
  row.set("model", model.model).set("refit_every", model.refit_every);
  row.set("series", model.scores.scored());
  row.set("failed", model.scores.failed()).set("timeouts", model.scores.timeouts());
  row.set("excluded", model.scores.excluded());
  row.set("smape", means ? Document{means->smape} : Document{});
  row.set("mase", means ? Document{means->mase} : Document{});
  row.set("owa", means && yardstick
                     ? Document{forecast::overall_weighted_average(*means, *yardstick)}
                     : Document{});
  row.set("rmse_scaled", model.scores.totals().rmse_scaled());
  row.set("bias", model.scores.totals().bias());
  Document levels = Document::array();
  for (const forecast::IntervalScores& scores : model.levels) levels.add(level_document(scores));
  row.set("levels", std::move(levels));
  row.set("seconds", seconds);
  row.set("milliseconds_per_series",
          count == 0 ? Document{} : Document{1000 * seconds / static_cast<double>(count)});
  row.set("processor_seconds", Seconds{model.took.processor}.count());
  return row;
}

// One row for each model and level.
Table levels_table(const FileSummary& summary) {
  Table table{.heading = "intervals",
              .columns = {{"model", "model"},
                          {"level", "level", Cell::figure},
                          {"coverage", "covered", Cell::share},
                          {"share_of_series_under_60", "series under 60%", Cell::share, 1},
                          {"width", "width", Cell::number},
                          {"msis", "MSIS", Cell::number}}};
  for (const ModelSummary& model : summary.models) {
    for (const forecast::IntervalScores& scores : model.levels) {
      Document row = level_document(scores);
      row.set("model", model.model);
      row.set("level", percent_text(scores.level()) + " %");
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

// How rarely parameters were fitted, where an origin came after the first one.
void note_refits(Answer& answer, const FileSummary& summary) {
  constexpr std::size_t kNamed = 3;
  std::map<std::size_t, std::vector<std::string>> models;  // by origins from fit to fit
  for (const ModelSummary& model : summary.models) {
    models[model.refit_every].push_back(model.model);
  }
  for (const auto& [every, names] : models) {
    if (every == 1 || summary.origins_most < 2) continue;
    std::string words = std::to_string(names.size()) + " models";
    if (names.size() <= kNamed) {
      words = names.front();
      for (std::size_t i = 1; i < names.size(); ++i) words += ", " + names[i];
    }
    answer.notes.push_back("parameters of " + words + " are fitted at one origin in " +
                           std::to_string(every) + " and kept at the others (--refit 1: at each)");
  }
}

void add_level_columns(Answer& answer, const FileSummary& summary) {
  for (const forecast::IntervalScores& scores : summary.models.front().levels) {
    for (const char* measure : {"coverage_", "width_", "msis_"}) {
      answer.columns.push_back(measure + level_word(scores.level()));
    }
  }
}

}  // namespace

Answer evaluate_answer(const FileSummary& summary) {
  const auto yardstick = means_of(summary, kYardstick);
  Document models = Document::array();
  for (const ModelSummary& model : summary.models) models.add(model_document(model, yardstick));
  Document document = Document::object();
  document.set("file", summary.file).set("series", summary.series);
  document.set("too_short", summary.too_short)
      .set("missing", summary.missing)
      .set("horizon", summary.horizon.common());
  document.set("score_period", summary.score_period.common());
  document.set("non_negative", summary.is_non_negative).set("interval", summary.interval);
  document.set("models", std::move(models));
  Answer answer = list_answer(
      std::move(document), "models",
      {"model", "series", "failed", "excluded", "smape", "mase", "owa", "rmse_scaled", "bias"});
  for (const Document& row : answer.rows) answer.csv_rows.push_back(flattened(row));
  answer.tables.push_back({.heading = std::to_string(summary.series) + " series of " + summary.file,
                           .columns = {{"model", "model"},
                                       {"series", "scored", Cell::count},
                                       {"failed", "failed", Cell::count, 3},
                                       {"excluded", "excluded", Cell::count, 3},
                                       {"smape", "sMAPE", Cell::number},
                                       {"mase", "MASE", Cell::number},
                                       {"owa", "OWA", Cell::number},
                                       {"rmse_scaled", "RMSE/mean", Cell::number, 4},
                                       {"bias", "bias", Cell::share, 4},
                                       {"milliseconds_per_series", "ms each", Cell::number, 2}},
                           .rows = answer.rows});
  answer.tables.push_back(levels_table(summary));
  add_level_columns(answer, summary);
  for (const char* column : {"seconds", "milliseconds_per_series", "processor_seconds"})
    answer.columns.emplace_back(column);
  if (summary.too_short > 0) {
    answer.notes.push_back(std::to_string(summary.too_short) +
                           " series have fewer train rows than --min-length and are not scored");
  }
  if (summary.missing > 0) {
    answer.notes.push_back(std::to_string(summary.missing) +
                           " test rows have no value and are not scored");
  }
  note_refits(answer, summary);
  for (const ModelSummary& model : summary.models) {
    if (model.scores.timeouts() == 0) continue;
    answer.errors.push_back("timeout: " + std::to_string(model.scores.timeouts()) +
                            " series took longer than --timeout with " + model.model +
                            " and are scored with naive2 from there on");
  }
  answer.notes.insert(answer.notes.end(), summary.notes.begin(), summary.notes.end());
  if (summary.series == 0) answer.errors.emplace_back("no series was taken");
  return answer;
}

}  // namespace shelduck::cli
