// ScorePool gathers the scores of all series of one input, per step, for one model.
//
//   ScorePool pool;
//   for (...) pool.add(id, origin_scores(trained, values, horizon), times_of_values);
//   const PooledScores pooled = std::move(pool).sorted();
//   pooled.radius(0, 0.9)                         // by the rank rule; nothing: too few scores
//   pooled.known_before(time).radius(0, 0.9)      // of what had happened by then
//   pooled.of_period(12).radius(0, 0.9)           // of the series of this period
//
// Of each step the kPooledScores scores with the smallest hash(seed, id, origin) are kept: which
// ones does not depend on the order of the series. The same is kept for the series of each of the
// kPeriodsPooled shortest periods. Where those of a period are too few for a level, all series
// answer. What the period gives, and the class of the problem does not: docs/decisions/0012.
// Times are of any unit; without times everything counts as known at any time. Memory: 24 bytes a
// score. Threads: one at a time; a PooledScores is constant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "shelduck/forecast/intervals/origin_scores.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kPooledScores = 4096;
inline constexpr std::size_t kPeriodsPooled = 16;

struct PooledScore {
  std::uint64_t hash;
  double size;
  std::int64_t time;
};

class PooledScores {
 public:
  // The same scores, of which those count whose truth came before `time`.
  [[nodiscard]] PooledScores known_before(std::int64_t time) const;

  // The same, where those of a period answer first.
  [[nodiscard]] PooledScores of_period(std::size_t period) const;

  // The score that the next one stays below with this probability, a fraction.
  [[nodiscard]] std::optional<double> radius(std::size_t step, double level) const;

 private:
  friend class ScorePool;
  struct Step {
    std::vector<double> sizes;        // ascending
    std::vector<std::int64_t> times;  // of the same
    std::int64_t latest = 0;
  };

  using Steps = std::vector<Step>;
  struct Pools {
    Steps all;
    std::map<std::size_t, Steps> by_period;
  };

  explicit PooledScores(Pools pools) : pools_(std::make_shared<const Pools>(std::move(pools))) {}

  [[nodiscard]] std::optional<double> radius(const Steps& steps, std::size_t step,
                                             double level) const;

  std::shared_ptr<const Pools> pools_;
  const Steps* of_period_ = nullptr;  // in pools_
  std::int64_t before_ = std::numeric_limits<std::int64_t>::max();
};

class ScorePool {
 public:
  explicit ScorePool(std::uint64_t seed = 1) : seed_(seed) {}

  // `times`: when each value came that the scores are about; empty: nobody knows.
  void add(std::string_view id, const OriginScores& scores,
           std::span<const std::int64_t> times = {});
  [[nodiscard]] PooledScores sorted() &&;

 private:
  using Heaps = std::vector<std::vector<PooledScore>>;  // by step; each largest hash first

  [[nodiscard]] static PooledScores::Steps sorted(Heaps heaps);
  Heaps* heaps_of(std::size_t period);

  std::uint64_t seed_;
  Heaps all_;
  std::map<std::size_t, Heaps> by_period_;
};

}  // namespace shelduck::forecast
