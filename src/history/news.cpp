#include "shelduck/history/news.hpp"

#include <cmath>

namespace shelduck::history {
namespace {

// A fraction as the JSON answers say it: 90, not 90.00000000000001.
double percent_of(double level) { return std::round(level * 1e8) / 1e6; }

}  // namespace

std::vector<std::string> event_types() { return {"execution", "forecast", "score"}; }

store::Events execution_event(std::string_view change, const ExecutionRow& row) {
  Document data = Document::object();
  data.set("change", change).set("execution_id", row.id).set("run_id", row.run_id);
  data.set("plugin_name", row.plugin_name).set("item", row.item);
  data.set("status", to_string(row.status));
  data.set("start_time", row.start_time).set("end_time", row.end_time);
  return store::one_event("execution", to_json(data));
}

store::Events forecast_event(const ForecastRow& row) {
  Document data = Document::object();
  data.set("forecast_id", row.id).set("issued_at", row.issued_at);
  data.set("plugin_name", row.plugin_name).set("phase", to_string(row.phase));
  data.set("target", row.target).set("model", row.model).set("level", percent_of(row.level));
  data.set("lower", row.lower).set("point", row.point).set("upper", row.upper).set("n", row.n);
  return store::one_event("forecast", to_json(data));
}

store::Events score_event(const ForecastScore& score) {
  Document data = Document::object();
  data.set("forecast_id", score.forecast_id).set("plugin_name", score.plugin_name);
  data.set("target", score.target).set("point", score.point).set("actual", score.actual);
  data.set("scored_at", score.scored_at);
  return store::one_event("score", to_json(data));
}

}  // namespace shelduck::history
