#include "shelduck/sensors/prune.hpp"

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/answer_text.hpp"
#include "shelduck/sensors/node_slices.hpp"
#include "shelduck/sensors/records/record.hpp"

namespace shelduck::sensors {
namespace {

void require_age(Seconds age) {
  if (age > Seconds{0}) return;
  throw Error{ErrorKind::invalid_input,
              "--older-than is refused: an age is positive",
              {.field = "--older-than",
               .value = std::to_string(age.count()),
               .rule = "a positive age, such as 400d"}};
}

std::chrono::sys_seconds first_of_month(std::chrono::sys_seconds at) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at)};
  return std::chrono::sys_days{day.year() / day.month() / 1};
}

}  // namespace

PrunePlan plan_prune(ReadingStore& store, const PruneOptions& options, Instant now) {
  require_age(options.older_than);
  auto cut = std::chrono::floor<std::chrono::seconds>(
      now - std::chrono::duration_cast<Microseconds>(options.older_than));
  if (options.by_whole_months) cut = first_of_month(cut);
  const std::int64_t present = store.edge();
  PrunePlan plan{.edge = std::max(present, cut.time_since_epoch().count())};
  if (plan.edge <= kTimestampMin) return plan;
  plan.readings = store.count({.range = {.end = plan.edge - 1}});
  NodeSlices slices{store};
  while (const auto slice = slices.next()) {
    for (const NodeRow& node : *slice) {
      if (node.first_seen_at < plan.edge) ++plan.nodes;
      if (node.newest.timestamp < plan.edge) ++plan.nodes_emptied;
      if (node.newest.timestamp >= plan.edge) plan.leaves_any = true;
    }
  }
  const bool moves = options.by_whole_months && plan.leaves_any && plan.edge > present;
  if (plan.readings == 0 && !moves) return plan;
  plan.records.push_back(
      {static_cast<std::uint16_t>(ReadingsPruned::kType), encode(ReadingsPruned{plan.edge})});
  return plan;
}

std::string carry_out(store::Store& store, const PrunePlan& plan) {
  store.write(plan.records);
  try {
    store.checkpoint();
  } catch (const Error& error) {
    return std::string("their room is not used again yet: ") + error.what();
  }
  return {};
}

std::string json(const PrunePlan& plan) {
  std::string out;
  AnswerObject body{out};
  body.whole("edge", plan.edge).whole("nodes", plan.nodes);
  body.whole("nodes_emptied", plan.nodes_emptied).whole("readings", plan.readings);
  body.end_line();
  return out;
}

}  // namespace shelduck::sensors
