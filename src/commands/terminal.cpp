#include "shelduck/commands/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "shelduck/commands/value.hpp"

namespace shelduck::commands {
namespace {

constexpr std::size_t kNarrowest = 40;
constexpr std::size_t kUsualWidth = 80;

std::size_t width_of(const Environment& environment, bool is_terminal) {
  if (const std::size_t columns = terminal_columns(STDOUT_FILENO); columns > 0) {
    return std::max(columns, kNarrowest);
  }
  if (const auto text = environment("COLUMNS")) {
    const auto columns = read_whole(*text).value_or(0);
    if (columns > 0) return std::max(static_cast<std::size_t>(columns), kNarrowest);
  }
  return is_terminal ? kUsualWidth : 0;
}

bool is_colored(const ParsedCommand& command, const Environment& environment, bool is_terminal) {
  const std::string when = command.value("color").value_or("auto");
  if (when != "auto") return when == "always";
  return is_terminal && !environment("NO_COLOR") && !is_dumb(environment);
}

}  // namespace

std::size_t terminal_columns(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool is_dumb(const Environment& environment) { return environment("TERM").value_or("") == "dumb"; }

Terminal terminal_of(const ParsedCommand& command, const Environment& environment) {
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  return {.reader = is_terminal ? Terminal::Reader::person : Terminal::Reader::program,
          .format = output_format(command),
          .width = width_of(environment, is_terminal),
          .color = is_colored(command, environment, is_terminal) ? Terminal::Color::on
                                                                 : Terminal::Color::off};
}

}  // namespace shelduck::commands
