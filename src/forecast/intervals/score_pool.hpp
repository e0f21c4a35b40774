// ScorePool gathers the scores of all series of one input, per step, for one model and one season.
//
//   ScorePool pool;
//   for (...) pool.add(id, origin_scores(trained, values, horizon));
//   const PooledScores pooled = std::move(pool).sorted();
//   pooled.radius(0, 0.9)      // by the rank rule; nothing: too few scores for this level
//
// Of each step the kPooledScores scores with the smallest hash(seed, id, origin) are kept: which
// ones does not depend on the order of the series. Memory: 16 bytes a score. Threads: one at a
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "shelduck/forecast/intervals/origin_scores.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kPooledScores = 4096;

class PooledScores {
 public:
  explicit PooledScores(std::vector<std::vector<double>> ascending)
      : ascending_(std::move(ascending)) {}

  // The score that the next one stays below with this probability, a fraction.
  [[nodiscard]] std::optional<double> radius(std::size_t step, double level) const;

 private:
  std::vector<std::vector<double>> ascending_;  // by step
};

class ScorePool {
 public:
  explicit ScorePool(std::uint64_t seed = 1) : seed_(seed) {}

  void add(std::string_view id, const OriginScores& scores);
  [[nodiscard]] PooledScores sorted() &&;

 private:
  using Kept = std::pair<std::uint64_t, double>;  // hash, score

  std::uint64_t seed_;
  std::vector<std::vector<Kept>> by_step_;  // heaps, largest hash first
};

}  // namespace shelduck::forecast
