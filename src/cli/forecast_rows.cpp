#include "shelduck/cli/forecast_rows.hpp"

#include <filesystem>
#include <string>
#include <utility>

#include "shelduck/cli/fitted_series.hpp"
#include "shelduck/cli/series_request.hpp"

namespace shelduck::cli {
namespace {

using commands::OutputFormat;

// Of a file whose format nobody says.
OutputFormat format_of_name(const std::filesystem::path& file) {
  const std::string ending = file.extension().string();
  if (ending == ".json") return OutputFormat::json;
  return ending == ".ndjson" || ending == ".jsonl" ? OutputFormat::ndjson : OutputFormat::csv;
}

RowColumns forecast_columns(std::span<const double> levels) {
  using enum interop::ParquetColumn::Type;
  RowColumns columns{{"unique_id", text}, {"ds", time}, {"step", whole}, {"point", number}};
  const RowColumns bounds = bound_columns(levels);
  columns.insert(columns.end(), bounds.begin(), bounds.end());
  columns.insert(columns.end(), {{"model", text}, {"n", whole}, {"interval_need", whole}});
  return columns;
}

// Each weighs the same (combination.hpp), but for runs, which weigh them by their past errors.
Document member_documents(const SeriesForecast& series) {
  const std::vector<std::string>& members = series.members;
  const bool is_equal = members.size() == 1 || series.problem != kIrregularProblem;
  const double equal = 1 / static_cast<double>(members.size());
  Document list = Document::array();
  for (const std::string& member : members) {
    Document row = Document::object();
    row.set("model", member).set("weight", is_equal ? Document{equal} : Document{});
    list.add(std::move(row));
  }
  return list;
}

}  // namespace

ForecastRows::ForecastRows(const Request& request, std::span<const double> levels)
    : request_(request),
      format_(request.terminal.format),
      level_(levels.front()),
      columns_(forecast_columns(levels)),
      pieces_(request) {
  if (request.parquet) parquet_.emplace(*request.parquet, columns_, request.temporary);
  // A file has no reader who wants columns.
  if (format_ == OutputFormat::table && request.paths.contains("out")) {
    format_ = format_of_name(request.paths.find("out")->second.front());
  }
}

void ForecastRows::add(const SeriesForecast& series) {
  for (std::size_t h = 0; h < series.points.size(); ++h) {
    Document row = row_of(series, h);
    if (parquet_) {
      parquet_->add(row);
    } else if (format_ != OutputFormat::table) {
      pieces_.write(line_of(row));
    } else if (rows_ < kRowsShown) {
      shown_.push_back(std::move(row));
    }
    ++rows_;
  }
}

Document ForecastRows::row_of(const SeriesForecast& series, std::size_t step) const {
  Document row = Document::object();
  row.set("unique_id", series.unique_id).set("ds", series.ds[step]).set("step", step + 1);
  row.set("point", series.points[step]);
  bool is_bounded = true;
  for (const forecast::LevelBounds& bounds : series.bounds) {
    const std::string word = level_word(bounds.level);
    is_bounded = !bounds.lower.empty();
    row.set("lower_" + word, is_bounded ? Document{bounds.lower[step]} : Document{});
    row.set("upper_" + word, is_bounded ? Document{bounds.upper[step]} : Document{});
  }
  row.set("model", series.model).set("n", series.n);
  row.set("interval_need", is_bounded ? Document{} : Document{series.interval_need});
  const bool is_object = format_ == OutputFormat::json || format_ == OutputFormat::ndjson;
  if (!is_object || parquet_) return row;  // columns are what they were
  row.set("problem", series.problem.empty() ? Document{} : Document{series.problem});
  return row.set("members", member_documents(series));
}

std::string ForecastRows::line_of(const Document& row) {
  switch (format_) {
    case OutputFormat::csv:
      return (rows_ == 0 ? csv_header(columns_) : "") + csv_line(row);
    case OutputFormat::json:
      return (rows_ == 0 ? "{\"forecasts\":[" : ",") + to_json(row);
    case OutputFormat::ndjson:
    case OutputFormat::table:
      break;
  }
  return to_json(row) + "\n";
}

Answer ForecastRows::finished() {
  if (parquet_) {
    const CancelToken::Hook hook{request_.cancel, [this] { parquet_->interrupt(); }};
    parquet_->finish();
    return {.shape = Answer::Shape::written, .document = {}};
  }
  if (format_ != OutputFormat::table) {
    if (format_ == OutputFormat::json) pieces_.write(rows_ == 0 ? "{\"forecasts\":[]}\n" : "]}\n");
    if (format_ == OutputFormat::csv && rows_ == 0) pieces_.write(csv_header(columns_));
    pieces_.flush();
    return {.shape = Answer::Shape::written, .document = {}};
  }
  Answer answer{.shape = Answer::Shape::list, .document = {}};
  const std::string word = level_word(level_);
  Table table{.heading = "intervals of " + percent_text(level_) + " %",
              .columns = {{"unique_id", "series", Cell::id},
                          {"ds", "time"},
                          {"point", "forecast", Cell::number},
                          {"lower", "lower", Cell::number},
                          {"upper", "upper", Cell::number}}};
  for (Document& row : shown_) {
    const Document lower = *row.find("lower_" + word);
    const Document upper = *row.find("upper_" + word);
    row.set("lower", lower).set("upper", upper);
    table.rows.push_back(std::move(row));
  }
  answer.tables.push_back(std::move(table));
  if (rows_ > kRowsShown) {
    answer.notes.push_back(std::to_string(rows_ - kRowsShown) +
                           " more rows: --out FILE or --format csv has all");
  }
  return answer;
}

}  // namespace shelduck::cli
