#include "shelduck/sensors/buckets_query.hpp"

#include <algorithm>

#include "shelduck/sensors/answer_text.hpp"
#include "shelduck/sensors/day_zone.hpp"
#include "shelduck/sensors/nodes_query.hpp"

namespace shelduck::sensors {
namespace {

constexpr std::int64_t kHourSeconds = 3600;
// Of its text, about: a text that has no room left is copied as a whole.
constexpr std::size_t kBucketBytes = 280;

DaySpan hour_of(std::int64_t timestamp) {
  const std::int64_t begin = timestamp - timestamp % kHourSeconds;
  return {begin, begin + kHourSeconds};
}

// Of thousands of buckets: names and signs stand in as few pieces as there are.
void append_summary_of_bucket(std::string& out, const Summary& summary) {
  out += R"({"avg":)";
  append_python(out, summary.avg);
  out += R"(,"max":)";
  append_python(out, summary.max);
  out += R"(,"min":)";
  append_python(out, summary.min);
  out += R"(,"p50":)";
  append_python(out, summary.p50);
  out += R"(,"p95":)";
  append_python(out, summary.p95);
  out += R"(,"p99":)";
  append_python(out, summary.p99);
  out += '}';
}

void append_bucket(std::string& out, const Bucket& bucket) {
  out += R"({"bucket_start":)";
  append_whole(out, bucket.start);
  out += R"(,"count":)";
  append_whole(out, bucket.temperature.n);
  out += R"(,"humidity":)";
  append_summary_of_bucket(out, bucket.humidity);
  out += R"(,"temperature":)";
  append_summary_of_bucket(out, bucket.temperature);
  out += '}';
}

template <class Span>
std::vector<Bucket> cut(const NodeColumns& columns, Span span_of) {
  std::vector<Bucket> buckets;
  for (std::size_t from = 0; from < columns.size();) {
    const DaySpan span = span_of(columns.timestamps[from]);
    std::size_t to = from;
    while (to < columns.size() && columns.timestamps[to] < span.end) ++to;
    const std::span<const std::int16_t> temperatures{columns.temperatures};
    const std::span<const std::uint16_t> humidities{columns.humidities};
    buckets.push_back({.start = span.begin,
                       .temperature = summary_of(temperatures.subspan(from, to - from)),
                       .humidity = summary_of(humidities.subspan(from, to - from))});
    from = to;
  }
  std::ranges::reverse(buckets);
  return buckets;
}

}  // namespace

Buckets ask(ReadingStore& store, const BucketsOptions& options) {
  const DayZone zone = DayZone::named(options.tz);
  (void)require_node(store, options.node_address,
                     "No data found for node " + std::to_string(options.node_address));
  const NodeColumns columns = store.columns_of(options.node_address, options.range);
  Buckets answer{.node_address = options.node_address, .buckets = {}};
  answer.buckets =
      options.length == BucketLength::hour
          ? cut(columns, hour_of)
          : cut(columns, [&](std::int64_t timestamp) { return zone.day_of(timestamp); });
  return answer;
}

std::string json(const Buckets& answer) {
  std::string out;
  out.reserve(kBucketBytes * answer.buckets.size() + 100);
  AnswerObject body{out};
  body.list("buckets", answer.buckets, append_bucket);
  body.whole("count", static_cast<std::int64_t>(answer.buckets.size()));
  body.address("node_address", answer.node_address);
  body.end_line();
  return out;
}

}  // namespace shelduck::sensors
