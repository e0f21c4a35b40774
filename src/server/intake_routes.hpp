// Routes that take readings: JSON under the names of the reading itself, and InfluxDB's line
// protocol, versions 1 and 2. What is answered is on the disk (sent_body.hpp).
//
//   for (http::Route& route : intake_routes({.service = service, ...})) routes.push_back(route);
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/http/route.hpp"
#include "shelduck/server/metrics.hpp"
#include "shelduck/store/service.hpp"
#include "shelduck/wire/line_mapping.hpp"

namespace shelduck::server {

// What became of readings since the start. Threads: any.
class ReadingCounts {
 public:
  enum class Outcome : std::uint8_t { inserted, duplicate, conflict, rejected, unmapped };

  void add(Outcome outcome, std::int64_t count) {
    counts_.at(static_cast<std::size_t>(outcome)) += count;
  }
  [[nodiscard]] MetricFamily family() const;

 private:
  std::array<std::atomic<std::int64_t>, 5> counts_{};
};

// Borrowed; outlives the routes.
struct Intake {
  store::Service& service;
  Clock clock;
  ReadingCounts& counts;
  std::int64_t nodes_max = 1'000'000;
  std::vector<wire::LineMapping> mappings;  // of the line protocol
  // The reason of a failure that its answer hides, by the request's id.
  std::function<void(std::string_view id, std::string_view reason)> failed;
};

[[nodiscard]] std::vector<http::Route> intake_routes(const Intake& intake);

}  // namespace shelduck::server
