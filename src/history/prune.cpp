#include "shelduck/history/prune.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/history/store_record.hpp"
#include "shelduck/store/compact.hpp"

namespace shelduck::history {
namespace {

[[noreturn]] void refuse(const std::string& field, const std::string& value,
                         const std::string& rule) {
  throw Error{ErrorKind::invalid_input,
              field + " '" + value + "' is refused: " + rule,
              {.field = field, .value = value, .rule = rule}};
}

void check(const PruneOptions& options) {
  if (!options.older_than && !options.keep_bytes) {
    refuse("--older-than", "", "give an age or a size to keep");
  }
  if (options.older_than && options.older_than->count() < 0) {
    refuse("--older-than", std::to_string(options.older_than->count()), "an age is not negative");
  }
  if (options.keep_bytes && *options.keep_bytes < 0) {
    refuse("--keep-size", std::to_string(*options.keep_bytes), "a size is not negative");
  }
}

constexpr std::array<std::string_view, 6> kPrunedTables{
    "runs", "plugin_executions", "step_metrics", "estimates", "forecasts", "open_executions"};

// The start before which enough rows lie, taken that rows of all ages are equally large.
std::optional<Instant> cutoff_for_size(store::Connection& connection, const PruneOptions& options) {
  if (options.database_bytes <= *options.keep_bytes) return std::nullopt;
  const auto room = static_cast<double>(*options.keep_bytes - options.least_bytes);
  const auto rows = static_cast<double>(options.database_bytes - options.least_bytes);
  const double kept = rows > 0 ? std::clamp(options.filled * room / rows, 0.0, 1.0) : 0.0;
  const store::Result result = connection.query(
      "SELECT least(quantile_disc(start_time, ?::DOUBLE) + INTERVAL 1 MICROSECOND, "
      "(SELECT max(start_time) FROM runs)) FROM plugin_executions",
      {1.0 - kept});
  const auto row = result.first();
  return row ? row->get<std::optional<Instant>>(0) : std::nullopt;
}

void move_before_divided_runs(store::Connection& connection, PrunePlan& plan) {
  while (true) {
    const store::Result result = connection.query(
        "SELECT r.run_id, r.start_time FROM runs r JOIN plugin_executions e ON e.run_id = r.run_id "
        "WHERE r.start_time < $1 AND e.start_time >= $1 ORDER BY r.start_time, r.run_id LIMIT 1",
        {*plan.cutoff});
    const auto divided = result.first();
    if (!divided) return;
    plan.held_back_by = RunId{divided->get<Uuid>(0)};
    plan.cutoff = divided->get<Instant>(1);
  }
}

void count_rows(store::Connection& connection, PrunePlan& plan) {
  const auto count = [&](const char* sql) {
    return connection.value<std::int64_t>(sql, {*plan.cutoff});
  };
  plan.runs = count("SELECT count(*) FROM runs WHERE start_time < ?");
  plan.executions = count("SELECT count(*) FROM plugin_executions WHERE start_time < ?");
  plan.steps = count(
      "SELECT count(*) FROM step_metrics WHERE execution_id IN "
      "(SELECT execution_id FROM plugin_executions WHERE start_time < ?)");
  plan.forecasts = count("SELECT count(*) FROM forecasts WHERE issued_at < ?");
}

}  // namespace

std::int64_t least_bytes(store::Connection& connection) {
  return store::least_bytes(connection, kPrunedTables);
}

PrunePlan plan_prune(store::Connection& connection, const PruneOptions& options, Instant now) {
  check(options);
  PrunePlan plan;
  if (options.keep_bytes) plan.cutoff = cutoff_for_size(connection, options);
  if (options.older_than) {
    const Instant by_age = now - std::chrono::duration_cast<Microseconds>(*options.older_than);
    plan.cutoff = std::max(plan.cutoff.value_or(by_age), by_age);
  }
  if (!plan.cutoff) return plan;
  move_before_divided_runs(connection, plan);
  count_rows(connection, plan);
  if (plan.runs + plan.executions + plan.forecasts == 0) return plan;
  for (const store::Row row : connection.query(
           "SELECT source FROM runs UNION SELECT source FROM plugin_executions ORDER BY source")) {
    plan.records.push_back(store_record(SourcePruned{row.get<std::string>(0), *plan.cutoff}));
  }
  plan.records.push_back(store_record(SourcePruned{std::string(kForecastSource), *plan.cutoff}));
  return plan;
}

Document document(const PrunePlan& plan) {
  Document answer = Document::object();
  answer.set("cutoff", plan.cutoff).set("runs", plan.runs).set("executions", plan.executions);
  answer.set("steps", plan.steps).set("forecasts", plan.forecasts);
  return answer;
}

}  // namespace shelduck::history
