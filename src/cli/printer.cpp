#include "shelduck/cli/printer.hpp"

#include "shelduck/cli/cell.hpp"
#include "shelduck/cli/table_text.hpp"

namespace shelduck::cli {
namespace {

std::string json_text(const Answer& answer, const Terminal& terminal) {
  if (!answer.json.empty()) return answer.json;
  if (terminal.reader == Terminal::Reader::program) return to_json(answer.document) + "\n";
  std::string text = to_pretty_json(answer.document);
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

std::string ndjson_lines(const Document::Array& rows) {
  std::string text;
  for (const Document& row : rows) text += to_json(row) + "\n";
  return text;
}

std::string ndjson_text(const Answer& answer) {
  if (answer.shape == Answer::Shape::single) return to_json(answer.document) + "\n";
  return ndjson_lines(answer.rows);
}

std::vector<std::string> csv_columns(const Answer& answer) {
  std::vector<std::string> columns = answer.columns;
  if (!columns.empty() || answer.document.members() == nullptr) return columns;
  for (const auto& [name, value] : *answer.document.members()) columns.push_back(name);
  return columns;
}

std::string csv_head(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) {
    if (!text.empty()) text += ',';
    text += to_csv_field(Document{column});
  }
  return text + '\n';
}

std::string csv_lines(const std::vector<std::string>& columns, const Document::Array& rows) {
  std::string text;
  for (const Document& row : rows) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) text += ',';
      text += to_csv_field(member_at(row, columns[i]));
    }
    text += '\n';
  }
  return text;
}

std::string csv_text(const Answer& answer) {
  const std::vector<std::string> columns = csv_columns(answer);
  const std::string head = csv_head(columns);
  if (answer.shape == Answer::Shape::single) return head + csv_lines(columns, {answer.document});
  return head + csv_lines(columns, answer.csv_rows.empty() ? answer.rows : answer.csv_rows);
}

template <class Use>
void for_each_slice(const Request& request, const RowSlices& slices, Use use) {
  while (const auto rows = slices()) {
    request.cancel.check();
    use(*rows);
  }
}

void print_table_slices(const Request& request, const Answer& form,
                        const std::function<RowSlices()>& begin) {
  TableLayout layout{form.tables.front().columns};
  for_each_slice(request, begin(), [&](const Document::Array& rows) { layout.measure(rows); });
  layout.fit(request.terminal);
  request.output(layout.head());
  for_each_slice(request, begin(),
                 [&](const Document::Array& rows) { request.output(layout.lines(rows)); });
}

std::string tables_text(const Answer& answer, const Terminal& terminal) {
  std::string text;
  for (const Table& table : answer.tables) {
    if (table.rows.empty()) continue;
    if (!text.empty()) text += '\n';
    text += table_text(table, terminal);
  }
  return text;
}

}  // namespace

std::string printed(const Answer& answer, const Terminal& terminal) {
  if (answer.shape == Answer::Shape::written) return {};
  switch (terminal.format) {
    case commands::OutputFormat::json:
      return json_text(answer, terminal);
    case commands::OutputFormat::ndjson:
      return ndjson_text(answer);
    case commands::OutputFormat::csv:
      return csv_text(answer);
    case commands::OutputFormat::table:
      return tables_text(answer, terminal);
  }
  return {};
}

void print_slices(const Request& request, const Answer& form,
                  const std::function<RowSlices()>& begin) {
  if (request.terminal.format == commands::OutputFormat::table) {
    return print_table_slices(request, form, begin);
  }
  const bool is_csv = request.terminal.format == commands::OutputFormat::csv;
  if (is_csv) request.output(csv_head(form.columns));
  for_each_slice(request, begin(), [&](const Document::Array& rows) {
    request.output(is_csv ? csv_lines(form.columns, rows) : ndjson_lines(rows));
  });
}

std::string remarks(const Answer& answer, const commands::ParsedCommand& command) {
  std::string text;
  const auto say = [&](const std::vector<std::string>& lines) {
    for (const std::string& line : lines) text += "shelduck: " + line + "\n";
  };
  if (!command.flag("quiet")) say(answer.notes);
  say(answer.errors);
  return text;
}

}  // namespace shelduck::cli
