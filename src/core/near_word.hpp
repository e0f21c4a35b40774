// The near word for a mistyped one.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace shelduck {

// Edits (insert, delete, replace, swap of neighbours) from one word to the other; the "optimal
// string alignment" form of the Damerau-Levenshtein distance.
[[nodiscard]] std::size_t edit_distance(std::string_view from, std::string_view to);

// The nearest word, whatever the case: at most a third of the letters may differ (at least one), or
// the mistyped word begins it. The first of equals.
[[nodiscard]] std::optional<std::string> near_word(std::string_view mistyped,
                                                   std::span<const std::string_view> words);

}  // namespace shelduck
