#include "shelduck/history/show_query.hpp"

#include <unordered_map>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/history/row_document.hpp"
#include "shelduck/history/table.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

constexpr std::size_t kPrefixDigits = 8;
constexpr std::int64_t kCandidates = 4;

[[noreturn]] void refuse(const std::string& id) {
  throw Error{ErrorKind::not_found,
              "no run has the id '" + id + "'",
              {.field = "id",
               .value = id,
               .rule = "a run's id, or its first 8 or more hexadecimal digits",
               .hint = "`shelduck history runs` lists the runs"}};
}

[[noreturn]] void refuse_ambiguous(const std::string& id, const std::vector<RunRow>& runs) {
  std::string hint = "these do: ";
  for (const RunRow& run : runs) hint += (&run == &runs.front() ? "" : ", ") + to_string(run.id);
  throw Error{ErrorKind::invalid_input,
              "several runs have an id that begins with '" + id + "'",
              {.field = "id", .value = id, .rule = "the id of one run", .hint = std::move(hint)}};
}

// The digits of an id or of its beginning, in lower case; nothing for any other text.
std::optional<std::string> hex_digits(std::string_view id) {
  std::string digits;
  for (const char c : id) {
    if (c == '-') continue;
    const bool is_upper = c >= 'A' && c <= 'F';
    if (!is_upper && !(c >= 'a' && c <= 'f') && !(c >= '0' && c <= '9')) return std::nullopt;
    digits += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (digits.size() < kPrefixDigits) return std::nullopt;
  return digits;
}

std::vector<RunRow> find_runs(store::Connection& connection, const std::string& id) {
  const std::string select = "SELECT " + column_list<RunRow>() + " FROM runs AS t WHERE ";
  const auto read = [](const store::Result& result) {
    std::vector<RunRow> runs;
    for (const store::Row row : result) runs.push_back(read_row<RunRow>(row));
    return runs;
  };
  if (const auto uuid = parse_uuid(id)) {
    return read(connection.query(select + "t.run_id = ?", {*uuid}));
  }
  auto runs = read(connection.query(select + "t.source_id = ? LIMIT ?", {id, kCandidates}));
  const auto digits = hex_digits(id);
  if (!runs.empty() || !digits) return runs;
  return read(connection.query(
      select + "starts_with(replace(t.run_id::VARCHAR, '-', ''), ?) ORDER BY t.run_id LIMIT ?",
      {*digits, kCandidates}));
}

std::vector<ExecutionDetail> executions_of(store::Connection& connection, const RunId& run) {
  const std::string sql =
      "SELECT " + column_list<ExecutionRow>() + ", coalesce(a.plugin_name, t.plugin_name) " +
      "FROM plugin_executions AS t LEFT JOIN plugin_aliases AS a ON a.old_name = t.plugin_name " +
      "WHERE t.run_id = ? ORDER BY t.start_time, t.execution_id";
  std::vector<ExecutionDetail> executions;
  const store::Result result = connection.query(sql, {run});
  for (const store::Row row : result) {
    auto& detail =
        executions.emplace_back(ExecutionDetail{.execution = read_row<ExecutionRow>(row)});
    detail.execution.plugin_name = row.get<std::optional<std::string>>(result.columns().size() - 1);
  }
  return executions;
}

// The children of the run's executions; one that came after those were read has no parent there.
template <class Child>
std::vector<Child> children_of(store::Connection& connection, const RunId& run,
                               std::string_view order) {
  const std::string sql = "SELECT " + column_list<Child>() + " FROM " + std::string(Child::kTable) +
                          " AS t WHERE t.execution_id IN (SELECT execution_id FROM " +
                          "plugin_executions WHERE run_id = ?) ORDER BY " + std::string(order);
  std::vector<Child> children;
  for (const store::Row row : connection.query(sql, {run})) {
    children.push_back(read_row<Child>(row));
  }
  return children;
}

std::optional<double> wall_clock_of(const ExecutionDetail& detail) {
  std::optional<double> sum;
  for (const StepRow& step : detail.steps) {
    if (step.wall_clock_seconds) sum = sum.value_or(0) + *step.wall_clock_seconds;
  }
  const ExecutionRow& row = detail.execution;
  const bool has_span = (row.flags & (kStartUnknown | kClockWentBack)) == 0 && row.end_time &&
                        *row.end_time >= row.start_time;
  if (!sum && has_span) sum = Seconds{*row.end_time - row.start_time}.count();
  return sum;
}

Document document(const ExecutionDetail& detail) {
  Document object = row_document(detail.execution, {"run_id"});
  object.set("is_placeholder", !detail.execution.plugin_name);
  object.set("wall_clock_seconds", detail.wall_clock_seconds);
  Document steps = Document::array();
  for (const StepRow& step : detail.steps) steps.add(row_document(step, {"execution_id"}));
  Document estimates = Document::array();
  for (const EstimateRow& row : detail.estimates) {
    estimates.add(row_document(row, {"execution_id"}));
  }
  object.set("steps", std::move(steps)).set("estimates", std::move(estimates));
  return object;
}

}  // namespace

RunDetail ask(store::Connection& connection, const ShowOptions& options) {
  const std::vector<RunRow> runs = find_runs(connection, options.id);
  if (runs.empty()) refuse(options.id);
  if (runs.size() > 1) refuse_ambiguous(options.id, runs);

  RunDetail detail{.run = runs.front(), .executions = executions_of(connection, runs.front().id)};
  std::unordered_map<ExecutionId, ExecutionDetail*, UuidHash> by_id;
  for (ExecutionDetail& each : detail.executions) by_id.emplace(each.execution.id, &each);
  for (StepRow& step :
       children_of<StepRow>(connection, detail.run.id, "t.start_time, t.seq, t.metric_id")) {
    const auto found = by_id.find(step.execution_id);
    if (found != by_id.end()) found->second->steps.push_back(std::move(step));
  }
  for (EstimateRow& row :
       children_of<EstimateRow>(connection, detail.run.id, "t.created_at, t.estimate_id")) {
    const auto found = by_id.find(row.execution_id);
    if (found != by_id.end()) found->second->estimates.push_back(row);
  }
  for (ExecutionDetail& each : detail.executions) each.wall_clock_seconds = wall_clock_of(each);
  return detail;
}

Document document(const RunDetail& run) {
  Document object = row_document(run.run, {});
  object.set("is_placeholder", !run.run.start_hash);
  const bool has_span =
      run.run.start_time && run.run.end_time && *run.run.end_time >= *run.run.start_time;
  object.set(
      "wall_clock_seconds",
      has_span ? Document{Seconds{*run.run.end_time - *run.run.start_time}.count()} : Document{});
  Document executions = Document::array();
  for (const ExecutionDetail& each : run.executions) executions.add(document(each));
  object.set("executions", std::move(executions));
  return object;
}

}  // namespace shelduck::history
