#include "shelduck/cli/evaluate_answer.hpp"

#include <algorithm>

namespace shelduck::cli {
namespace {

constexpr std::string_view kYardstick = "naive2";

std::optional<forecast::SetMeans> means_of(const FileSummary& summary, std::string_view model) {
  const auto found = std::ranges::find(summary.models, model, &ModelSummary::model);
  if (found == summary.models.end()) return std::nullopt;
  return found->scores.means();
}

Document model_document(const ModelSummary& model,
                        const std::optional<forecast::SetMeans>& yardstick) {
  const auto means = model.scores.means();
  const double seconds = Seconds{model.took}.count();
  const auto count = model.scores.scored() + model.scores.excluded();
  Document row = Document::object();
  row.set("model", model.model).set("series", model.scores.scored());
  row.set("failed", model.scores.failed()).set("excluded", model.scores.excluded());
  row.set("smape", means ? Document{means->smape} : Document{});
  row.set("mase", means ? Document{means->mase} : Document{});
  row.set("owa", means && yardstick
                     ? Document{forecast::overall_weighted_average(*means, *yardstick)}
                     : Document{});
  row.set("seconds", seconds);
  row.set("milliseconds_per_series",
          count == 0 ? Document{} : Document{1000 * seconds / static_cast<double>(count)});
  return row;
}

}  // namespace

Answer evaluate_answer(const FileSummary& summary) {
  const auto yardstick = means_of(summary, kYardstick);
  Document models = Document::array();
  for (const ModelSummary& model : summary.models) models.add(model_document(model, yardstick));
  Document document = Document::object();
  document.set("file", summary.file).set("series", summary.series);
  document.set("too_short", summary.too_short).set("horizon", summary.horizon.common());
  document.set("score_period", summary.score_period.common());
  document.set("non_negative", summary.is_non_negative).set("models", std::move(models));
  Answer answer = list_answer(std::move(document), "models",
                              {"model", "series", "failed", "excluded", "smape", "mase", "owa",
                               "seconds", "milliseconds_per_series"});
  answer.tables.push_back({.heading = std::to_string(summary.series) + " series of " + summary.file,
                           .columns = {{"model", "model"},
                                       {"series", "scored", Cell::count},
                                       {"failed", "failed", Cell::count, 2},
                                       {"excluded", "excluded", Cell::count, 2},
                                       {"smape", "sMAPE", Cell::number},
                                       {"mase", "MASE", Cell::number},
                                       {"owa", "OWA", Cell::number},
                                       {"milliseconds_per_series", "ms each", Cell::number, 1}},
                           .rows = answer.rows});
  if (summary.too_short > 0) {
    answer.notes.push_back(std::to_string(summary.too_short) +
                           " series have fewer train rows than --min-length and are not scored");
  }
  if (summary.series == 0) answer.notes.emplace_back("no series was taken");
  return answer;
}

}  // namespace shelduck::cli
