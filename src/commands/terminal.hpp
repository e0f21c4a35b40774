// How an answer will be shown, from what the command line, the environment and standard output say.
//
// Width: that of the terminal behind standard output, else COLUMNS, else none.
// Colour: --color, else on a terminal that is not dumb, unless NO_COLOR is set.
#pragma once

#include <cstddef>

#include "shelduck/commands/settings.hpp"

namespace shelduck::commands {

// A width of 0 has no limit: nobody looks, a program reads.
struct Terminal {
  enum class Color { off, on };
  enum class Reader { program, person };  // standard output is a terminal or not

  Reader reader = Reader::program;
  OutputFormat format = OutputFormat::table;
  std::size_t width = 0;
  Color color = Color::off;
};

[[nodiscard]] Terminal terminal_of(const ParsedCommand& command, const Environment& environment);

// 0 where the descriptor is no terminal or does not know.
[[nodiscard]] std::size_t terminal_columns(int descriptor);

[[nodiscard]] bool is_dumb(const Environment& environment);

}  // namespace shelduck::commands
