#include "shelduck/history/export_tables.hpp"

#include <utility>

#include "shelduck/store/connection.hpp"
#include "shelduck/store/sql_text.hpp"

namespace shelduck::history {
namespace {

// A table, and the order that makes two exports of equal rows equal files.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTables{
    {{"runs", "start_time, run_id"},
     {"plugin_executions", "start_time, execution_id"},
     {"step_metrics", "start_time, metric_id"},
     {"estimates", "created_at, estimate_id"},
     {"forecasts", "issued_at, forecast_id"},
     {"plugin_aliases", "old_name"}}};

}  // namespace

std::vector<ExportedTable> export_tables(store::Connection& connection,
                                         const std::filesystem::path& folder, TableFormat format) {
  const bool is_csv = format == TableFormat::csv;
  std::vector<ExportedTable> exported;
  for (const auto& [name, order] : kTables) {
    const std::string table{name};
    const auto file = folder / (table + (is_csv ? ".csv" : ".parquet"));
    const std::int64_t rows = connection.execute(
        "COPY (SELECT * FROM " + table + " ORDER BY " + std::string(order) + ") TO " +
        // COPY takes its target only as a literal.
        store::literal(file.string()) + (is_csv ? " (FORMAT csv, HEADER)" : " (FORMAT parquet)"));
    exported.push_back({table, file, rows});
  }
  return exported;
}

Document document(const std::vector<ExportedTable>& tables) {
  Document list = Document::array();
  for (const ExportedTable& table : tables) {
    Document entry = Document::object();
    entry.set("table", table.name).set("file", table.file.string()).set("rows", table.rows);
    list.add(std::move(entry));
  }
  Document answer = Document::object();
  answer.set("tables", std::move(list));
  return answer;
}

}  // namespace shelduck::history
