#include "shelduck/cli/score_rows.hpp"

#include <algorithm>
#include <filesystem>
#include <string>

#include "shelduck/cli/row_columns.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::cli {
namespace {

RowColumns score_columns(std::span<const double> levels) {
  using enum interop::ParquetColumn::Type;
  RowColumns columns{{"model", text}, {"unique_id", text}, {"origin", whole},
                     {"step", whole}, {"y", number},       {"point", number}};
  const RowColumns bounds = bound_columns(levels);
  columns.insert(columns.end(), bounds.begin(), bounds.end());
  columns.insert(columns.end(), {{"scale", number}, {"status", text}});
  return columns;
}

std::string_view status_word(forecast::OriginStatus status) {
  switch (status) {
    case forecast::OriginStatus::ok:
      return "ok";
    case forecast::OriginStatus::failed:
      return "failed";
    case forecast::OriginStatus::timeout:
      break;
  }
  return "timeout";
}

// Rows of JSON would hold nothing that those of CSV do not.
void refuse_json(const std::filesystem::path& file) {
  const std::string ending = file.extension().string();
  if (ending != ".json" && ending != ".ndjson" && ending != ".jsonl") return;
  throw Error{ErrorKind::invalid_input,
              "scores are rows of CSV or Parquet",
              {.field = "--scores",
               .value = file.string(),
               .rule = "a name that ends in .csv or .parquet"}};
}

}  // namespace

ScoreRows::ScoreRows(const Request& request, std::span<const double> levels, forecast::Sign sign)
    : request_(request), columns_(score_columns(levels)), sign_(sign), pieces_(request) {
  refuse_json(request.paths.at("scores").front());
  if (request.parquet) {
    parquet_.emplace(*request.parquet, columns_, request.temporary);
  } else {
    pieces_.write(csv_header(columns_));
  }
}

void ScoreRows::add(const std::string& model, const ScoredSeries& series,
                    const forecast::Evaluation& evaluation,
                    const std::vector<forecast::LevelBounds>& bounds) {
  std::size_t at = 0;
  for (std::size_t origin = 0; origin < evaluation.origins.size(); ++origin) {
    const forecast::OriginForecast& of_origin = evaluation.origins[origin];
    for (std::size_t step = 1; step <= of_origin.steps; ++step, ++at) {
      const double point = evaluation.points[at];
      Document row = Document::object();
      row.set("model", model).set("unique_id", series.unique_id);
      row.set("origin", origin).set("step", step).set("y", series.truth[at]);
      row.set("point", sign_ == forecast::Sign::any ? point : std::max(0.0, point));
      std::size_t column = kColumnsBeforeBounds;
      for (const forecast::LevelBounds& level : bounds) {
        row.set(columns_[column++].name, level.lower[at]);
        row.set(columns_[column++].name, level.upper[at]);
      }
      row.set("scale", evaluation.scale).set("status", status_word(of_origin.status));
      write(row);
    }
  }
}

void ScoreRows::write(const Document& row) {
  if (parquet_) return parquet_->add(row);
  pieces_.write(csv_line(row));
}

void ScoreRows::finish() {
  if (!parquet_) return pieces_.flush();
  const CancelToken::Hook hook{request_.cancel, [this] { parquet_->interrupt(); }};
  parquet_->finish();
}

}  // namespace shelduck::cli
