#include "shelduck/interop/export_json.hpp"

#include <array>
#include <string>

#include "shelduck/core/document.hpp"
#include "shelduck/history/export_rows.hpp"
#include "shelduck/history/row_document.hpp"

namespace shelduck::interop {
namespace {

constexpr std::array<std::string_view, 5> kEntities{"run", "execution", "step", "estimate",
                                                    "forecast"};

Document document(const history::ExportedExecution& execution) {
  Document answer = history::row_document(execution.row, {"run_id"});
  answer.set("is_ended", execution.row.end_hash.has_value());
  Document steps = Document::array();
  for (const auto& step : execution.steps) {
    steps.add(history::row_document(step, {"execution_id"}));
  }
  Document estimates = Document::array();
  for (const auto& estimate : execution.estimates) {
    estimates.add(history::row_document(estimate, {"execution_id"}));
  }
  return answer.set("steps", std::move(steps)).set("estimates", std::move(estimates));
}

Document document(const history::ExportedRun& run) {
  Document answer = history::row_document(run.row, {});
  answer.set("is_ended", run.row.end_hash.has_value());
  Document executions = Document::array();
  for (const auto& execution : run.executions) executions.add(document(execution));
  return answer.set("executions", std::move(executions));
}

Document document(const history::PluginAliased& alias) {
  Document answer = Document::object();
  answer.set("old_name", alias.old_name).set("plugin_name", alias.plugin_name);
  return answer.set("version", alias.version);
}

Document document(const history::FieldUpdated& update) {
  Document answer = Document::object();
  answer.set("entity", kEntities.at(static_cast<std::size_t>(update.entity)));
  answer.set("id", update.id).set("field", update.field).set("value", update.value);
  return answer.set("version", update.version);
}

// Puts the commas between the elements of a list.
class ListWriter {
 public:
  explicit ListWriter(const std::function<void(std::string_view)>& write) : write_(write) {
    write_("[");
  }

  void add(const Document& element) {
    write_((is_first_ ? "\n" : ",\n") + to_json(element));
    is_first_ = false;
  }

  void end() { write_("\n]\n"); }

 private:
  const std::function<void(std::string_view)>& write_;
  bool is_first_ = true;
};

}  // namespace

JsonExport export_json(store::Connection& connection,
                       const std::function<void(std::string_view)>& write) {
  JsonExport exported;
  ListWriter list{write};
  history::each_run(connection, [&](const history::ExportedRun& run) {
    list.add(document(run));
    ++exported.runs;
    exported.executions += static_cast<std::int64_t>(run.executions.size());
  });
  history::each_forecast(connection, [&](const history::ForecastRow& forecast) {
    list.add(history::row_document(forecast, {}));
    ++exported.forecasts;
  });
  for (const auto& alias : history::plugin_aliases(connection)) list.add(document(alias));
  for (const auto& update : history::field_updates(connection)) list.add(document(update));
  list.end();
  return exported;
}

}  // namespace shelduck::interop
