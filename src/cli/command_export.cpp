#include "shelduck/cli/command_export.hpp"

#include "shelduck/cli/output_pieces.hpp"
#include "shelduck/history/export_tables.hpp"
#include "shelduck/interop/export_json.hpp"

namespace shelduck::cli {
namespace {

bool is_json(const Request& request) { return request.arguments.value("format") == "json"; }

Answer tables_answer(std::vector<history::ExportedTable> tables, const Request& request) {
  const std::filesystem::path& folder = request.paths.find("output")->second.front();
  // They stand in the unfinished folder until the caller gives it its name.
  for (history::ExportedTable& table : tables) table.file = folder / table.file.filename();
  Answer answer;
  answer.document = history::document(tables);
  Table shown{.columns = {{"table", "table"}, {"rows", "rows", Cell::count}, {"file", "file"}}};
  for (const history::ExportedTable& table : tables) {
    Document row = Document::object();
    row.set("table", table.name).set("rows", table.rows).set("file", table.file.string());
    shown.rows.push_back(std::move(row));
  }
  answer.tables.push_back(std::move(shown));
  return answer;
}

}  // namespace

Answer export_history(const Request& request, Inquiry& inquiry) {
  if (!is_json(request)) {
    const auto format = request.arguments.value("format") == "csv" ? history::TableFormat::csv
                                                                   : history::TableFormat::parquet;
    return tables_answer(history::export_tables(inquiry.connection, request.folder.value(), format),
                         request);
  }
  OutputPieces pieces{request};
  const interop::JsonExport report = interop::export_json(
      inquiry.connection, [&](std::string_view bytes) { pieces.write(bytes); });
  pieces.flush();
  Answer answer{.shape = Answer::Shape::written};
  answer.notes.push_back(std::to_string(report.runs) + " runs, " +
                         std::to_string(report.executions) + " executions and " +
                         std::to_string(report.forecasts) + " forecasts exported");
  return answer;
}

Answer export_no_history(const Request& request) {
  if (!is_json(request)) return tables_answer({}, request);
  request.output("[]\n");
  return {.shape = Answer::Shape::written};
}

}  // namespace shelduck::cli
