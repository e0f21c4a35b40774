#define XXH_INLINE_ALL
#include "shelduck/forecast/intervals/score_pool.hpp"

#include <xxhash.h>

#include <algorithm>
#include <iterator>

#include "shelduck/forecast/conformal.hpp"

namespace shelduck::forecast {
namespace {

std::uint64_t hash_of(std::uint64_t of_series, std::uint64_t origin) {
  return XXH3_64bits_withSeed(&origin, sizeof origin, of_series);
}

bool has_smaller_hash(const PooledScore& one, const PooledScore& other) {
  return one.hash < other.hash || (one.hash == other.hash && one.size < other.size);
}

void keep_smallest(std::vector<PooledScore>& heap, const PooledScore& score) {
  if (heap.size() == kPooledScores) {
    if (!has_smaller_hash(score, heap.front())) return;
    std::ranges::pop_heap(heap, has_smaller_hash);
    heap.pop_back();
  }
  heap.push_back(score);
  std::ranges::push_heap(heap, has_smaller_hash);
}

}  // namespace

PooledScores PooledScores::known_before(std::int64_t time) const {
  PooledScores earlier = *this;
  earlier.before_ = time;
  return earlier;
}

PooledScores PooledScores::of_period(std::size_t period) const {
  PooledScores alike = *this;
  const auto found = pools_->by_period.find(period);
  alike.of_period_ = found == pools_->by_period.end() ? nullptr : &found->second;
  return alike;
}

std::optional<double> PooledScores::radius(std::size_t step, double level) const {
  if (of_period_ != nullptr) {
    if (const auto alike = radius(*of_period_, step, level)) return alike;
  }
  return radius(pools_->all, step, level);
}

std::optional<double> PooledScores::radius(const Steps& steps, std::size_t step,
                                           double level) const {
  if (step >= steps.size()) return std::nullopt;
  const Step& of_step = steps[step];
  if (of_step.latest < before_) {
    const auto rank = conformal_rank(of_step.sizes.size(), level);
    return rank ? std::optional{of_step.sizes[*rank - 1]} : std::nullopt;
  }
  std::vector<double> known;
  for (std::size_t i = 0; i < of_step.sizes.size(); ++i) {
    if (of_step.times[i] < before_) known.push_back(of_step.sizes[i]);
  }
  const auto rank = conformal_rank(known.size(), level);
  return rank ? std::optional{known[*rank - 1]} : std::nullopt;
}

// The shortest periods that were ever seen are those that stay, in whatever order they came.
ScorePool::Heaps* ScorePool::heaps_of(std::size_t period) {
  by_period_.try_emplace(period);
  if (by_period_.size() > kPeriodsPooled) by_period_.erase(std::prev(by_period_.end()));
  const auto found = by_period_.find(period);
  return found == by_period_.end() ? nullptr : &found->second;
}

void ScorePool::add(std::string_view id, const OriginScores& scores,
                    std::span<const std::int64_t> times) {
  const std::uint64_t of_series = XXH3_64bits_withSeed(id.data(), id.size(), seed_);
  for (Heaps* heaps : {&all_, heaps_of(scores.period)}) {
    if (heaps == nullptr) continue;
    heaps->resize(std::max(heaps->size(), scores.by_step.size()));
    for (std::size_t h = 0; h < scores.by_step.size(); ++h) {
      for (std::size_t i = 0; i < scores.by_step[h].size(); ++i) {
        const std::size_t target = scores.targets[h][i];
        keep_smallest((*heaps)[h], {.hash = hash_of(of_series, target - h),
                                    .size = scores.by_step[h][i],
                                    .time = times.empty() ? std::numeric_limits<std::int64_t>::min()
                                                          : times[target]});
      }
    }
  }
}

PooledScores::Steps ScorePool::sorted(Heaps heaps) {
  PooledScores::Steps steps;
  for (std::vector<PooledScore>& kept : heaps) {
    std::ranges::sort(kept, {}, &PooledScore::size);
    PooledScores::Step step{.latest = std::numeric_limits<std::int64_t>::min()};
    for (const PooledScore& score : kept) {
      step.sizes.push_back(score.size);
      step.times.push_back(score.time);
      step.latest = std::max(step.latest, score.time);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

PooledScores ScorePool::sorted() && {
  PooledScores::Pools pools{.all = sorted(std::move(all_)), .by_period = {}};
  // Of one period alone, all series are those of the period.
  if (by_period_.size() < 2) return PooledScores{std::move(pools)};
  for (auto& [period, heaps] : by_period_) {
    pools.by_period.emplace(period, sorted(std::move(heaps)));
  }
  return PooledScores{std::move(pools)};
}

}  // namespace shelduck::forecast
