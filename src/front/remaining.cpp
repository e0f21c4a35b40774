#include "shelduck/front/remaining.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace shelduck::front {
namespace {

// The value below which a share `p` of the sorted values lies, by linear interpolation.
double quantile(const std::vector<double>& sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(std::floor(place));
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  const double weight = place - std::floor(place);
  return sorted[low] * (1 - weight) + sorted[high] * weight;
}

std::vector<double> left_of(const history::PredictionRow* row, Seconds elapsed) {
  std::vector<double> left;
  if (row == nullptr) return left;
  for (const double sample : row->samples) {
    if (sample > elapsed.count()) left.push_back(sample - elapsed.count());
  }
  std::sort(left.begin(), left.end());
  return left;
}

}  // namespace

std::optional<Remaining> remaining_time(const history::PredictionRow* row, Seconds elapsed,
                                        std::optional<double> percent) {
  const std::vector<double> left = left_of(row, elapsed);
  // The first percents say little about the rest.
  constexpr double kPercentMin = 2;
  const bool reported = percent && *percent >= kPercentMin && elapsed.count() > 0;
  if (left.empty() && !reported) return std::nullopt;
  const double weight = !reported ? 0 : left.empty() ? 1 : *percent / 100;
  const double by_rate = reported ? elapsed.count() * (100 - *percent) / *percent : 0;
  const auto mixed = [&](double by_history) {
    return Seconds{(1 - weight) * by_history + weight * by_rate};
  };
  if (left.empty()) return Remaining{mixed(0), std::nullopt, std::nullopt};
  Remaining remaining{mixed(quantile(left, 0.5)), std::nullopt, std::nullopt};
  if (row->lower_seconds && row->upper_seconds) {
    remaining.lower = mixed(quantile(left, (1 - row->level) / 2));
    remaining.upper = mixed(quantile(left, (1 + row->level) / 2));
  }
  return remaining;
}

std::string progress_text(const std::string& plugin, Seconds elapsed, std::optional<double> percent,
                          const std::optional<Remaining>& remaining) {
  std::string text = plugin;
  if (percent) {
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, " %.0f %%", *percent);
    text += buffer;
  }
  text += "  " + human_duration(Seconds{std::floor(elapsed.count())}) + " elapsed";
  if (!remaining) return text;
  const auto whole = [](Seconds seconds) {
    return human_duration(Seconds{std::round(seconds.count())});
  };
  text += ", " + whole(remaining->point) + " left";
  if (remaining->lower && remaining->upper) {
    text += " (" + whole(*remaining->lower) + " to " + whole(*remaining->upper) + ")";
  }
  return text;
}

}  // namespace shelduck::front
