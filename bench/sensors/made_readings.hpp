// Readings as ten nodes make them that measure each minute, and how fast a store takes them.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "shelduck/sensors/claim.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::bench {

inline constexpr std::int64_t kNodes = 10;
inline constexpr std::int64_t kBegin = 1'735'689'600;  // 2025-01-01T00:00:00Z
inline constexpr std::int64_t kMinutesOfABody = 1000;

inline double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// A day's wave, a slow drift and some noise, in hundredths.
inline sensors::Reading reading(std::int64_t node, std::int64_t minute) {
  const double day = 6.283185307 * static_cast<double>(minute) / 1440;
  const auto noise = static_cast<double>((minute * 2654435761 + node * 40503) % 31) - 15;
  return {
      .node_address = 1000 + static_cast<std::uint64_t>(node),
      .timestamp = kBegin + 60 * minute,
      .temperature_centidegrees = static_cast<std::int16_t>(2000 + 500 * std::sin(day) + noise),
      .humidity_centipercent = static_cast<std::uint16_t>(5000 - 900 * std::sin(day) + 2 * noise),
      .flags = 0,
      .received_at = kBegin + 60 * minute + 2};
}

inline std::vector<sensors::IncomingRow> body_from(std::int64_t minute) {
  std::vector<sensors::IncomingRow> rows;
  for (std::int64_t at = minute; at < minute + kMinutesOfABody; ++at) {
    for (std::int64_t node = 0; node < kNodes; ++node) rows.push_back({reading(node, at)});
  }
  return rows;
}

struct Taking {
  double judging = 0;  // seconds: judged and encoded
  double storing = 0;  // journaled with a sync, and applied with a commit
  double rows = 0;

  // The body that begins with this minute.
  void add(store::Store& store, const store::Domain& domain, std::int64_t minute) {
    std::vector<sensors::IncomingRow> body = body_from(minute);
    rows += static_cast<double>(body.size());
    const double begin = now_seconds();
    const auto verdict = std::make_shared<sensors::Verdict>();
    const store::Claim claim =
        sensors::claim_of(std::move(body), {.now = Instant{}, .source = "http"}, verdict);
    const store::KnownFacts known = domain.facts_finder()(store.connection(), claim.judged_by);
    const store::Judgement judgement = claim.judge(known);
    const double judged = now_seconds();
    store.write(judgement.records);
    judging += judged - begin;
    storing += now_seconds() - judged;
  }
};

}  // namespace shelduck::bench
