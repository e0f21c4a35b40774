#include "shelduck/cli/score_rows.hpp"

#include <algorithm>
#include <cmath>

#include "shelduck/cli/series_request.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::cli {
namespace {

std::string number_field(double number) {
  return "," + (std::isfinite(number) ? to_csv_field(Document{number}) : "");
}

std::string score_header(std::span<const double> levels) {
  std::string line = "model,unique_id,origin,step,y,point";
  for (const double level : levels) {
    const std::string word = level_word(level);
    line += ",lower_" + word + ",upper_" + word;
  }
  return line + ",scale,status\n";
}

}  // namespace

ScoreRows::ScoreRows(const Request& request, std::span<const double> levels, forecast::Sign sign)
    : sign_(sign), pieces_(request) {
  pieces_.write(score_header(levels));
}

void ScoreRows::add(const std::string& model, const ScoredSeries& series,
                    const forecast::Evaluation& evaluation,
                    const std::vector<forecast::LevelBounds>& bounds) {
  const std::string name =
      to_csv_field(Document{model}) + "," + to_csv_field(Document{series.unique_id}) + ",";
  const std::string scale = number_field(evaluation.scale.value_or(forecast::kUnknown));
  std::size_t at = 0;
  for (std::size_t origin = 0; origin < evaluation.origins.size(); ++origin) {
    const forecast::OriginForecast& of_origin = evaluation.origins[origin];
    for (std::size_t step = 1; step <= of_origin.steps; ++step, ++at) {
      const double point = evaluation.points[at];
      std::string row = name + std::to_string(origin) + "," + std::to_string(step);
      row += number_field(series.truth[at]);
      row += number_field(sign_ == forecast::Sign::any ? point : std::max(0.0, point));
      for (const forecast::LevelBounds& level : bounds) {
        row += number_field(level.lower[at]) + number_field(level.upper[at]);
      }
      pieces_.write(row + scale + (of_origin.is_stand_in ? ",failed\n" : ",ok\n"));
    }
  }
}

}  // namespace shelduck::cli
