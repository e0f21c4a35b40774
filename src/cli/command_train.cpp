#include "shelduck/cli/command_train.hpp"

#include <algorithm>
#include <variant>

#include "shelduck/cli/cell.hpp"
#include "shelduck/core/parallel.hpp"
#include "shelduck/history/models.hpp"
#include "shelduck/interop/model_state_json.hpp"

namespace shelduck::cli {
namespace {

history::TrainOptions train_options(const Request& request) {
  return {.plugins = request.arguments.positional_list("PLUGIN"),
          .threads = usable_processors(),
          .progress = [&request](std::size_t done, std::size_t all) {
            request.cancel.check();
            request.progress.update({.label = "train",
                                     .done = static_cast<std::int64_t>(done),
                                     .total = static_cast<std::int64_t>(all)});
          }};
}

// How far the fitted model is from the best of the others, in standard errors of the difference.
Document ahead_in_errors(const Document& candidate) {
  const double* ahead = member_at(candidate, "ahead_by").number();
  const double* error = member_at(candidate, "standard_error").number();
  if (ahead == nullptr || error == nullptr || !(*error > 0)) return {};
  return *ahead / *error;
}

Document person_row(const Document& trained) {
  Document row = trained;
  if (const Document& lacking = member_at(trained, "not_enough"); !lacking.is_null()) {
    return row.set("model", "not enough, have " +
                                cell_text(member_at(lacking, "have"), Cell::count) + ", need " +
                                cell_text(member_at(lacking, "need"), Cell::count));
  }
  const Document::Array* candidates = member_at(trained, "candidates").elements();
  if (candidates != nullptr && !candidates->empty()) {
    row.set("ahead", ahead_in_errors(candidates->back()));
  }
  return row;
}

Answer training_answer(Document document) {
  Answer answer = list_answer(
      std::move(document), "models",
      {"plugin_name", "phase", "target", "n", "model", "not_enough.have", "not_enough.need"});
  Table table{.columns = {{"plugin_name", "plugin"},
                          {"phase", "phase", Cell::text, 2},
                          {"target", "target"},
                          {"n", "n", Cell::count},
                          {"model", "chosen"},
                          {"ahead", "ensemble ahead by (standard errors)", Cell::number, 1}}};
  for (const Document& trained : answer.rows) table.rows.push_back(person_row(trained));
  answer.tables.push_back(std::move(table));
  return answer;
}

std::string note_of(const history::Training& made) {
  if (made.targets.empty()) return "no plugin has succeeded yet";
  const auto kept = std::ranges::count_if(made.targets, [](const history::TrainedTarget& target) {
    const auto* model = std::get_if<forecast::TrainedModel>(&target.choice);
    return model != nullptr && model->kind == forecast::ModelKind::ensemble;
  });
  return "the ensemble is chosen and kept for " + std::to_string(kept) + " of " +
         std::to_string(made.targets.size()) + "; the others are fitted at every question";
}

}  // namespace

Answer train_history(const Request& request, store::Store& store) {
  const history::Training made =
      history::train_models(store.connection(), train_options(request),
                            {request.clock(), request.random, &interop::model_state_json});
  request.progress.clear();
  if (!made.records.empty()) store.write(made.records);
  Answer answer = training_answer(document(made));
  answer.notes.push_back(note_of(made));
  return answer;
}

}  // namespace shelduck::cli
