// Metrics counts what the server served, and writes it with what it is asked to add as Prometheus'
// text format 0.0.4.
//
//   metrics.count(served);
//   metrics.text({{.name = "shelduck_questions", .help = "...", .values = {{"history", 3}}}});
//
// Threads: any.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shelduck/http/server.hpp"

namespace shelduck::server {

enum class MetricType { gauge, counter };

// Numbers of one name that differ in one label.
struct MetricFamily {
  std::string_view name;
  std::string_view help;
  MetricType type = MetricType::gauge;
  std::string_view label = "database";
  std::vector<std::pair<std::string_view, double>> values;
};

class Metrics {
 public:
  void count(const http::Served& served);
  [[nodiscard]] std::string text(std::span<const MetricFamily> families) const;

 private:
  // Upper ends of the buckets of answering times, in seconds; the last one has none.
  static constexpr std::array<double, 7> kBuckets{0.001, 0.005, 0.025, 0.1, 0.5, 2, 10};

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;  // by route and status
  std::array<std::uint64_t, kBuckets.size() + 1> durations_{};
  double duration_sum_ = 0;
};

}  // namespace shelduck::server
