#include "shelduck/sensors/quality_query.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/answer_text.hpp"
#include "shelduck/sensors/nodes_query.hpp"
#include "shelduck/sensors/rolling_spread.hpp"

namespace shelduck::sensors {
namespace {

constexpr std::size_t kOutlierWindow = 61;
constexpr double kOutlierZ = 5;
constexpr double kMadToDeviation = 1.4826;  // of normally distributed values
constexpr double kLeastSpread = 10;         // hundredths
constexpr std::size_t kStuckReadings = 60;
constexpr std::int64_t kStuckSeconds = 3600;

constexpr std::string_view kTemperature = "temperature";
constexpr std::string_view kHumidity = "humidity";

void require_interval(const std::optional<std::int64_t>& seconds) {
  if (!seconds || (*seconds >= 1 && *seconds <= kTimestampMax)) return;
  throw Error{ErrorKind::invalid_input,
              "expected_interval must be 1-" + std::to_string(kTimestampMax),
              {.field = "expected_interval",
               .value = std::to_string(*seconds),
               .rule = "seconds, 1 to " + std::to_string(kTimestampMax)}};
}

template <class Item>
void list(std::vector<Item>& items, std::int64_t& count, Item item) {
  ++count;
  if (items.size() < Quality::kListedMax) items.push_back(std::move(item));
}

void find_gaps(const std::vector<std::int64_t>& timestamps, Quality& quality) {
  const std::int64_t interval = quality.expected_interval_seconds.value_or(0);
  for (std::size_t i = 1; i < timestamps.size(); ++i) {
    const std::int64_t seconds = timestamps[i] - timestamps[i - 1];
    if (2 * seconds <= 3 * interval) continue;
    const std::int64_t missing = (2 * seconds + interval) / (2 * interval) - 1;
    quality.missing += missing;
    list(quality.gaps, quality.gap_count, Gap{timestamps[i - 1], timestamps[i], missing});
  }
}

template <class T>
void find_outliers(const NodeColumns& columns, const std::vector<T>& values,
                   std::string_view series, std::vector<Outlier>& found) {
  RollingSpread spread{kOutlierWindow};
  for_each_spread(values, spread, [&](std::size_t i, const Spread& around) {
    const double deviation = std::max(kMadToDeviation * around.mad, kLeastSpread);
    const double z = (static_cast<double>(values[i]) - around.median) / deviation;
    if (std::abs(z) <= kOutlierZ) return;
    found.push_back({.timestamp = columns.timestamps[i],
                     .series = series,
                     .z = std::round(z * 100) / 100,
                     .value = static_cast<double>(values[i]) / 100.0,
                     .median = around.median / 100.0});
  });
}

template <class T>
void find_stuck(const NodeColumns& columns, const std::vector<T>& values, std::string_view series,
                std::vector<Stuck>& found) {
  for (std::size_t from = 0; from < values.size();) {
    std::size_t to = from + 1;
    while (to < values.size() && values[to] == values[from]) ++to;
    const std::int64_t first = columns.timestamps[from];
    const std::int64_t last = columns.timestamps[to - 1];
    if (to - from >= kStuckReadings && last - first >= kStuckSeconds) {
      found.push_back({series, first, last});
    }
    from = to;
  }
}

void look_at_values(const NodeColumns& columns, Quality& quality) {
  std::vector<Outlier> outliers;
  find_outliers(columns, columns.temperatures, kTemperature, outliers);
  find_outliers(columns, columns.humidities, kHumidity, outliers);
  std::ranges::sort(outliers, {}, [](const Outlier& o) {
    return std::pair{o.timestamp, o.series != kTemperature};
  });
  for (Outlier& outlier : outliers) list(quality.outliers, quality.outlier_count, outlier);
  std::vector<Stuck> stuck;
  find_stuck(columns, columns.temperatures, kTemperature, stuck);
  find_stuck(columns, columns.humidities, kHumidity, stuck);
  std::ranges::sort(stuck, {},
                    [](const Stuck& s) { return std::pair{s.from, s.series != kTemperature}; });
  for (Stuck& stretch : stuck) list(quality.stuck, quality.stuck_count, stretch);
}

void append_gap(std::string& out, const Gap& gap) {
  AnswerObject body{out};
  body.whole("from", gap.from).whole("missing", gap.missing);
  body.whole("seconds", gap.to - gap.from).whole("to", gap.to);
  body.end();
}

void append_outlier(std::string& out, const Outlier& outlier) {
  AnswerObject body{out};
  body.text("reason", python_text(outlier.value) + " is far from " + python_text(outlier.median) +
                          ", the median of the readings around it");
  body.text("series", outlier.series).whole("timestamp", outlier.timestamp);
  body.number("z", outlier.z);
  body.end();
}

void append_stuck(std::string& out, const Stuck& stuck) {
  AnswerObject body{out};
  body.whole("from", stuck.from).text("series", stuck.series).whole("to", stuck.to);
  body.end();
}

}  // namespace

std::optional<std::int64_t> median_interval(const std::vector<std::int64_t>& timestamps) {
  if (timestamps.size() < 2) return std::nullopt;
  std::vector<std::int64_t> distances;
  distances.reserve(timestamps.size() - 1);
  for (std::size_t i = 1; i < timestamps.size(); ++i) {
    distances.push_back(timestamps[i] - timestamps[i - 1]);
  }
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>((distances.size() - 1) / 2);
  std::ranges::nth_element(distances, middle);
  return *middle;
}

Quality ask(ReadingStore& store, const QualityOptions& options) {
  require_interval(options.expected_interval);
  (void)require_node(store, options.node_address,
                     "No data found for node " + std::to_string(options.node_address));
  const NodeColumns columns = store.columns_of(options.node_address, options.range);
  Quality quality{.node_address = options.node_address,
                  .readings = static_cast<std::int64_t>(columns.size())};
  quality.expected_interval_seconds =
      options.expected_interval ? options.expected_interval : median_interval(columns.timestamps);
  if (quality.expected_interval_seconds) find_gaps(columns.timestamps, quality);
  look_at_values(columns, quality);
  return quality;
}

std::string json(const Quality& quality) {
  std::string out;
  AnswerObject body{out};
  const std::int64_t expected = quality.readings + quality.missing;
  if (expected == 0) {
    body.null("completeness");
  } else {
    body.number("completeness",
                static_cast<double>(quality.readings) / static_cast<double>(expected));
  }
  body.whole("count", quality.readings);
  body.whole("expected_interval_seconds", quality.expected_interval_seconds);
  body.whole("gap_count", quality.gap_count).list("gaps", quality.gaps, append_gap);
  body.whole("missing", quality.missing).address("node_address", quality.node_address);
  body.whole("outlier_count", quality.outlier_count);
  body.list("outliers", quality.outliers, append_outlier);
  body.list("stuck", quality.stuck, append_stuck).whole("stuck_count", quality.stuck_count);
  body.end_line();
  return out;
}

}  // namespace shelduck::sensors
