#include "shelduck/sensors/statistics_query.hpp"

#include "shelduck/sensors/answer_text.hpp"
#include "shelduck/sensors/nodes_query.hpp"

namespace shelduck::sensors {
namespace {

void append_summary(std::string& out, const Summary& summary, const std::string& unit) {
  AnswerObject body{out};
  const auto say = [&](const std::string& name, double value) {
    if (summary.n == 0) {
      body.null(name + unit);
    } else {
      body.number(name + unit, value);
    }
  };
  say("avg_", summary.avg);
  say("max_", summary.max);
  say("min_", summary.min);
  say("p50_", summary.p50);
  say("p95_", summary.p95);
  say("p99_", summary.p99);
  body.end();
}

}  // namespace

Statistics ask(ReadingStore& store, const StatisticsOptions& options) {
  Statistics answer;
  answer.node = require_node(store, options.node_address,
                             "No data found for node " + std::to_string(options.node_address));
  const NodeColumns columns = store.columns_of(options.node_address, options.range);
  answer.temperature = summary_of(columns.temperatures);
  answer.humidity = summary_of(columns.humidities);
  return answer;
}

std::string json(const Statistics& answer) {
  std::string out;
  AnswerObject body{out};
  body.address("address", answer.node.address);
  body.whole("first_seen_at", answer.node.first_seen_at);
  append_summary(body.key("humidity"), answer.humidity, "percent");
  body.whole("last_seen_at", answer.node.newest.timestamp).text("node_type", "SENSOR");
  append_summary(body.key("temperature"), answer.temperature, "celsius");
  body.whole("total_readings", answer.node.total_readings);
  body.end_line();
  return out;
}

}  // namespace shelduck::sensors
