#define XXH_INLINE_ALL
#include "shelduck/forecast/intervals/score_pool.hpp"

#include <xxhash.h>

#include <algorithm>

#include "shelduck/forecast/conformal.hpp"

namespace shelduck::forecast {
namespace {

std::uint64_t hash_of(std::uint64_t of_series, std::uint64_t target) {
  return XXH3_64bits_withSeed(&target, sizeof target, of_series);
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

std::optional<double> PooledScores::radius(std::size_t step, double level) const {
  if (step >= steps_->size()) return std::nullopt;
  const Step& of_step = (*steps_)[step];
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

void ScorePool::add(std::string_view id, const OriginScores& scores,
                    std::span<const std::int64_t> times) {
  by_step_.resize(std::max(by_step_.size(), scores.by_step.size()));
  const std::uint64_t of_series = XXH3_64bits_withSeed(id.data(), id.size(), seed_);
  for (std::size_t h = 0; h < scores.by_step.size(); ++h) {
    for (std::size_t i = 0; i < scores.by_step[h].size(); ++i) {
      const std::size_t target = scores.targets[h][i];
      keep_smallest(by_step_[h], {.hash = hash_of(of_series, target),
                                  .size = scores.by_step[h][i],
                                  .time = times.empty() ? std::numeric_limits<std::int64_t>::min()
                                                        : times[target]});
    }
  }
}

PooledScores ScorePool::sorted() && {
  std::vector<PooledScores::Step> steps;
  for (std::vector<PooledScore>& kept : by_step_) {
    std::ranges::sort(kept, {}, &PooledScore::size);
    PooledScores::Step step{.latest = std::numeric_limits<std::int64_t>::min()};
    for (const PooledScore& score : kept) {
      step.sizes.push_back(score.size);
      step.times.push_back(score.time);
      step.latest = std::max(step.latest, score.time);
    }
    steps.push_back(std::move(step));
  }
  return PooledScores{std::move(steps)};
}

}  // namespace shelduck::forecast
