// Words of SQL that cannot be bound: names, and the file of a COPY. Everything else is bound.
#pragma once

#include <string>
#include <string_view>

namespace shelduck::store {

[[nodiscard]] inline std::string wrapped(std::string_view text, char mark) {
  std::string made(1, mark);
  for (const char c : text) made.append(c == mark ? 2U : 1U, c);
  return made + mark;
}

// A string literal.
[[nodiscard]] inline std::string literal(std::string_view text) { return wrapped(text, '\''); }

// A name of a table, column or database.
[[nodiscard]] inline std::string identifier(std::string_view name) { return wrapped(name, '"'); }

}  // namespace shelduck::store
