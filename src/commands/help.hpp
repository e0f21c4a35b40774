// Help texts, made from the table of commands.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shelduck::commands {

enum class Color { off, on };

struct HelpStyle {
  std::size_t width = 80;  // columns; never narrower than 40
  Color color = Color::off;
};

// Help for a path ("", "history", "history stats"). Throws Error(not_found) with the near word as
// hint for words that lead nowhere.
[[nodiscard]] std::string help_text(std::string_view topic, const HelpStyle& style);

// `shelduck history stats [PLUGIN] [options]`
[[nodiscard]] std::string usage_line(std::string_view path);

// Words of `text` on lines of at most `width` columns; `indent` goes before every line. Lines that
// begin with a space are kept as they are.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width,
                                  std::string_view indent);

}  // namespace shelduck::commands
