#include "shelduck/sensors/node_readings_query.hpp"

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/answer_text.hpp"
#include "shelduck/sensors/readings_query.hpp"

namespace shelduck::sensors {
namespace {

void require_points(std::int64_t points) {
  if (points >= 1 && points <= kLimitMax) return;
  throw Error{ErrorKind::invalid_input,
              "downsample must be 1-10000",
              {.field = "downsample", .value = std::to_string(points), .rule = "1 to 10000"}};
}

struct PartSums {
  std::int64_t temperature = 0;
  std::int64_t humidity = 0;
  std::uint8_t flags = 0;
  std::int64_t n = 0;
};

SampledPoint point_of(const PartSums& sums, std::int64_t middle) {
  const auto n = static_cast<double>(sums.n);
  return {.timestamp = middle,
          .temperature_celsius = static_cast<double>(sums.temperature) / n / 100.0,
          .humidity_percent = static_cast<double>(sums.humidity) / n / 100.0,
          .flags = sums.flags,
          .sample_count = sums.n};
}

// Parts of equal length from `start` on; the last one may reach beyond the end.
std::vector<SampledPoint> sampled(const NodeColumns& columns, std::int64_t start,
                                  std::int64_t seconds) {
  std::vector<SampledPoint> points;
  for (std::size_t i = 0; i < columns.size();) {
    const std::int64_t part = (columns.timestamps[i] - start) / seconds;
    PartSums sums;
    for (; i < columns.size() && (columns.timestamps[i] - start) / seconds == part; ++i) {
      sums.temperature += columns.temperatures[i];
      sums.humidity += columns.humidities[i];
      sums.flags |= columns.flags[i];
      ++sums.n;
    }
    points.push_back(point_of(sums, start + part * seconds + seconds / 2));
  }
  return points;
}

std::vector<SampledPoint> points_of(ReadingStore& store, const NodeReadingsOptions& options) {
  const auto node = store.node(options.node_address);
  if (!node) return {};
  const std::int64_t now =
      std::chrono::floor<std::chrono::seconds>(options.now).time_since_epoch().count();
  const std::int64_t start = options.range.start.value_or(node->first_seen_at);
  const std::int64_t end = options.range.end.value_or(std::max(now, node->newest.timestamp));
  if (end < start) return {};
  const std::int64_t whole = end - start + 1;
  const std::int64_t seconds = (whole + *options.downsample - 1) / *options.downsample;
  return sampled(store.columns_of(options.node_address, {.start = start, .end = end}), start,
                 seconds);
}

void append_point(std::string& out, const SampledPoint& point) {
  AnswerObject body{out};
  body.whole("flags", point.flags).number("humidity_percent", point.humidity_percent);
  body.whole("sample_count", point.sample_count);
  body.number("temperature_celsius", point.temperature_celsius);
  body.whole("timestamp", point.timestamp);
  body.end();
}

}  // namespace

NodeReadings ask(ReadingStore& store, const NodeReadingsOptions& options) {
  NodeReadings answer{.node_address = options.node_address};
  if (options.downsample) {
    require_points(*options.downsample);
    answer.points = points_of(store, options);
    return answer;
  }
  answer.readings = ask(store, ReadingsOptions{.filter = {options.node_address, options.range},
                                               .limit = options.limit})
                        .readings;
  return answer;
}

std::string json(const NodeReadings& answer) {
  std::string out;
  const std::size_t count = answer.points ? answer.points->size() : answer.readings.size();
  out.reserve(200 * count + 100);
  AnswerObject body{out};
  body.whole("count", static_cast<std::int64_t>(count));
  if (answer.points) body.truth("downsampled", true);
  body.address("node_address", answer.node_address);
  if (answer.points) {
    body.list("readings", *answer.points, append_point);
  } else {
    body.list("readings", answer.readings,
              [](std::string& text, const Reading& reading) { append_json(text, reading); });
  }
  body.end_line();
  return out;
}

}  // namespace shelduck::sensors
