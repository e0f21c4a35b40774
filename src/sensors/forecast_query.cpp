#include "shelduck/sensors/forecast_query.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/filling.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/regular_prediction.hpp"
#include "shelduck/sensors/answer_text.hpp"
#include "shelduck/sensors/nodes_query.hpp"
#include "shelduck/sensors/quality_query.hpp"

namespace shelduck::sensors {
namespace {

constexpr std::int64_t kSecondsOfADay = 86'400;

[[noreturn]] void refuse_option(const std::string& name, const std::string& value,
                                const std::string& rule) {
  throw Error{ErrorKind::invalid_input,
              name + " must be " + rule,
              {.field = name, .value = value, .rule = rule}};
}

void check_options(const ForecastOptions& options) {
  if (options.horizon < 1 || options.horizon > ForecastOptions::kHorizonMax) {
    refuse_option("horizon", std::to_string(options.horizon), "1-1000");
  }
  if (!(options.level > 0 && options.level < 1)) {
    refuse_option("level", python_text(options.level), "between 0 and 1");
  }
}

// Steps of one series, the newest one last; NaN where no reading is. Of several readings of one
// step the mean counts.
template <class T>
std::vector<double> steps_of_series(const NodeColumns& columns, const std::vector<T>& values,
                                    std::int64_t seconds) {
  const std::int64_t last = columns.timestamps.back();
  const std::int64_t whole = (last - columns.timestamps.front() + seconds / 2) / seconds + 1;
  const auto steps = static_cast<std::size_t>(std::min(whole, NodeForecast::kStepsMax));
  std::vector<double> sums(steps, 0);
  std::vector<int> counts(steps, 0);
  for (std::size_t i = columns.size(); i-- > 0;) {
    const auto back =
        static_cast<std::size_t>((last - columns.timestamps[i] + seconds / 2) / seconds);
    if (back >= steps) break;
    sums[steps - 1 - back] += static_cast<double>(values[i]) / 100.0;
    ++counts[steps - 1 - back];
  }
  for (std::size_t i = 0; i < steps; ++i) {
    sums[i] = counts[i] > 0 ? sums[i] / counts[i] : std::numeric_limits<double>::quiet_NaN();
  }
  const auto known = forecast::from_first_known(sums);
  return forecast::filled(known, forecast::Fill::linear);
}

std::size_t season_of(std::int64_t seconds, std::size_t n) {
  const auto period = static_cast<std::size_t>((kSecondsOfADay + seconds / 2) / seconds);
  return period >= 2 && 2 * period <= n ? period : 1;
}

struct StepTimes {
  std::int64_t last = 0;  // of the newest value
  std::int64_t seconds = 0;
};

SeriesForecast forecast_of(std::vector<double> values, const StepTimes& times, forecast::Sign sign,
                           const ForecastOptions& options) {
  SeriesForecast answer{.n = static_cast<std::int64_t>(values.size())};
  const auto horizon = static_cast<std::size_t>(options.horizon);
  const auto trained = forecast::fit({.values = values,
                                      .period = season_of(times.seconds, values.size()),
                                      .horizon = horizon,
                                      .check = options.check},
                                     options.model);
  if (const auto* few = std::get_if<forecast::NotEnough>(&trained)) {
    answer.need = static_cast<std::int64_t>(few->need);
    return answer;
  }
  const auto next =
      forecast::predict(std::get<forecast::TrainedRegular>(trained), values,
                        {.horizon = horizon, .levels = {options.level}, .sign = sign});
  answer.method = next.method;
  const bool has_bounds = !next.bounds.empty() && !next.bounds[0].lower.empty();
  if (!has_bounds) answer.need = static_cast<std::int64_t>(next.need);
  for (std::size_t i = 0; i < horizon; ++i) {
    ForecastPoint point{
        .timestamp = times.last + (static_cast<std::int64_t>(i) + 1) * times.seconds,
        .point = next.points[i]};
    if (point.timestamp > kTimestampMax) break;  // no reading can be there
    if (has_bounds) {
      point.lower = next.bounds[0].lower[i];
      point.upper = next.bounds[0].upper[i];
    }
    answer.points.push_back(point);
  }
  return answer;
}

void append_forecast_point(std::string& out, const ForecastPoint& point) {
  AnswerObject body{out};
  body.number("lower", point.lower).number("point", point.point);
  body.whole("timestamp", point.timestamp).number("upper", point.upper);
  body.end();
}

void append_series(std::string& out, const SeriesForecast& series) {
  AnswerObject body{out};
  if (series.method.empty()) {
    body.null("method");
  } else {
    body.text("method", series.method);
  }
  body.whole("n", series.n).whole("need", series.need);
  body.list("points", series.points, append_forecast_point);
  body.end();
}

}  // namespace

NodeForecast ask(ReadingStore& store, const ForecastOptions& options) {
  check_options(options);
  (void)require_node(store, options.node_address,
                     "No data found for node " + std::to_string(options.node_address));
  const NodeColumns columns = store.columns_of(options.node_address, options.range);
  NodeForecast answer{.node_address = options.node_address,
                      .step_seconds = median_interval(columns.timestamps),
                      .level = options.level};
  if (!answer.step_seconds) {
    answer.temperature.n = answer.humidity.n = static_cast<std::int64_t>(columns.size());
    return answer;
  }
  const StepTimes times{columns.timestamps.back(), *answer.step_seconds};
  answer.temperature = forecast_of(steps_of_series(columns, columns.temperatures, times.seconds),
                                   times, forecast::Sign::any, options);
  answer.humidity = forecast_of(steps_of_series(columns, columns.humidities, times.seconds), times,
                                forecast::Sign::non_negative, options);
  return answer;
}

std::string json(const NodeForecast& answer) {
  std::string out;
  AnswerObject body{out};
  append_series(body.key("humidity"), answer.humidity);
  body.number("level", answer.level).address("node_address", answer.node_address);
  body.whole("step_seconds", answer.step_seconds);
  append_series(body.key("temperature"), answer.temperature);
  body.end_line();
  return out;
}

}  // namespace shelduck::sensors
