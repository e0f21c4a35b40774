#include "shelduck/core/near_word.hpp"

#include <algorithm>
#include <vector>

namespace shelduck {

namespace {

std::string in_lower_case(std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

}  // namespace

std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replace = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[to.size()];
}

std::optional<std::string> near_word(std::string_view mistyped,
                                     std::span<const std::string_view> words) {
  std::optional<std::string> nearest;
  std::size_t least = std::max<std::size_t>(1, mistyped.size() / 3) + 1;
  for (const std::string_view word : words) {
    const std::size_t distance = edit_distance(in_lower_case(mistyped), in_lower_case(word));
    if (distance < least && distance < word.size()) {
      least = distance;
      nearest = word;
    }
  }
  if (nearest || mistyped.size() < 2) return nearest;
  const auto longer = std::find_if(words.begin(), words.end(), [&](std::string_view word) {
    return word.starts_with(mistyped);
  });
  if (longer != words.end()) nearest = *longer;
  return nearest;
}

}  // namespace shelduck
