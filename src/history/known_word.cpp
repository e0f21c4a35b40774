#include "shelduck/history/known_word.hpp"

#include <algorithm>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::history {

std::string_view known_word(std::string_view field, std::string_view word,
                            std::span<const std::string_view> words) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found != words.end()) return *found;
  std::string rule = "one of";
  for (const std::string_view each : words) {
    rule += (each == words.front() ? " " : ", ") + std::string(each);
  }
  throw Error{ErrorKind::invalid_input,
              "the " + std::string(field) + " '" + std::string(word) + "' is not known",
              {.field = std::string(field), .value = std::string(word), .rule = std::move(rule)}};
}

}  // namespace shelduck::history
