#include "shelduck/server/metrics.hpp"

#include <algorithm>

#include "shelduck/core/document.hpp"

namespace shelduck::server {
namespace {

std::string number(double value) { return to_json(Document{value}); }

std::string head(std::string_view name, std::string_view help, std::string_view type) {
  const std::string word{name};
  return "# HELP " + word + " " + std::string(help) + "\n# TYPE " + word + " " + std::string(type) +
         "\n";
}

}  // namespace

void Metrics::count(const http::Served& served) {
  const double seconds = served.duration.count();
  const auto* bucket = std::ranges::lower_bound(kBuckets, seconds);
  const std::scoped_lock lock{mutex_};
  ++requests_[{served.route, served.status}];
  ++durations_.at(static_cast<std::size_t>(bucket - kBuckets.begin()));
  duration_sum_ += seconds;
}

std::string Metrics::text(std::span<const MetricFamily> families) const {
  std::string text;
  for (const MetricFamily& family : families) {
    text += head(family.name, family.help, family.type == MetricType::gauge ? "gauge" : "counter");
    for (const auto& [label, value] : family.values) {
      text += std::string(family.name) + "{" + std::string(family.label) + "=\"" +
              std::string(label) + "\"} " + number(value) + "\n";
    }
  }
  const std::scoped_lock lock{mutex_};
  text += head("shelduck_http_requests_total", "Requests answered", "counter");
  for (const auto& [key, count] : requests_) {
    text += "shelduck_http_requests_total{route=\"" + key.first + "\",status=\"" +
            std::to_string(key.second) + "\"} " + std::to_string(count) + "\n";
  }
  text += head("shelduck_http_request_seconds", "From a request's head to its answer", "histogram");
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < durations_.size(); ++i) {
    count += durations_.at(i);
    const std::string end = i < kBuckets.size() ? number(kBuckets.at(i)) : "+Inf";
    text +=
        "shelduck_http_request_seconds_bucket{le=\"" + end + "\"} " + std::to_string(count) + "\n";
  }
  return text + "shelduck_http_request_seconds_sum " + number(duration_sum_) +
         "\nshelduck_http_request_seconds_count " + std::to_string(count) + "\n";
}

}  // namespace shelduck::server
