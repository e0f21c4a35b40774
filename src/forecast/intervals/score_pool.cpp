#define XXH_INLINE_ALL
#include "shelduck/forecast/intervals/score_pool.hpp"

#include <xxhash.h>

#include <algorithm>

#include "shelduck/forecast/conformal.hpp"

namespace shelduck::forecast {
namespace {

std::uint64_t hash_of(std::uint64_t of_series, std::uint64_t origin) {
  return XXH3_64bits_withSeed(&origin, sizeof origin, of_series);
}

}  // namespace

std::optional<double> PooledScores::radius(std::size_t step, double level) const {
  if (step >= ascending_.size()) return std::nullopt;
  const auto rank = conformal_rank(ascending_[step].size(), level);
  return rank ? std::optional{ascending_[step][*rank - 1]} : std::nullopt;
}

void ScorePool::add(std::string_view id, const OriginScores& scores) {
  by_step_.resize(std::max(by_step_.size(), scores.by_step.size()));
  const std::uint64_t of_series = XXH3_64bits_withSeed(id.data(), id.size(), seed_);
  for (std::size_t h = 0; h < scores.by_step.size(); ++h) {
    std::vector<Kept>& heap = by_step_[h];
    for (std::size_t origin = 0; origin < scores.by_step[h].size(); ++origin) {
      const Kept kept{hash_of(of_series, origin), scores.by_step[h][origin]};
      if (heap.size() == kPooledScores && !(kept < heap.front())) continue;
      if (heap.size() == kPooledScores) {
        std::pop_heap(heap.begin(), heap.end());
        heap.pop_back();
      }
      heap.push_back(kept);
      std::push_heap(heap.begin(), heap.end());
    }
  }
}

PooledScores ScorePool::sorted() && {
  std::vector<std::vector<double>> ascending(by_step_.size());
  for (std::size_t h = 0; h < by_step_.size(); ++h) {
    for (const Kept& kept : by_step_[h]) ascending[h].push_back(kept.second);
    std::ranges::sort(ascending[h]);
  }
  return PooledScores{std::move(ascending)};
}

}  // namespace shelduck::forecast
