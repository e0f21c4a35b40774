// A word of a question that must be one of a list.
#pragma once

#include <span>
#include <string_view>

namespace shelduck::history {

// The element of `words` that equals `word`; throws Error(invalid_input) that names the field and
// lists the words.
[[nodiscard]] std::string_view known_word(std::string_view field, std::string_view word,
                                          std::span<const std::string_view> words);

}  // namespace shelduck::history
