#include "shelduck/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/commands/value.hpp"

namespace shelduck::cli {
namespace {

constexpr std::size_t kNarrowest = 40;
constexpr std::size_t kUsualWidth = 80;

bool is_dumb(const commands::Environment& environment) {
  return environment("TERM").value_or("") == "dumb";
}

// 0 where the descriptor is no terminal or does not know.
std::size_t terminal_columns(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

std::size_t width_of(const commands::Environment& environment, bool is_terminal) {
  if (const std::size_t columns = terminal_columns(STDOUT_FILENO); columns > 0) {
    return std::max(columns, kNarrowest);
  }
  if (const auto text = environment("COLUMNS")) {
    const auto columns = commands::read_whole(*text).value_or(0);
    if (columns > 0) return std::max(static_cast<std::size_t>(columns), kNarrowest);
  }
  return is_terminal ? kUsualWidth : 0;
}

bool is_colored(const commands::ParsedCommand& command, const commands::Environment& environment,
                bool is_terminal) {
  const std::string when = command.value("color").value_or("auto");
  if (when != "auto") return when == "always";
  return is_terminal && !environment("NO_COLOR") && !is_dumb(environment);
}

}  // namespace

Terminal terminal_of(const commands::ParsedCommand& command,
                     const commands::Environment& environment) {
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  return {.reader = is_terminal ? Terminal::Reader::person : Terminal::Reader::program,
          .format = commands::output_format(command),
          .width = width_of(environment, is_terminal),
          .color = is_colored(command, environment, is_terminal) ? Terminal::Color::on
                                                                 : Terminal::Color::off};
}

ProgressOptions progress_of(const commands::ParsedCommand& command,
                            const commands::Environment& environment) {
  const bool is_allowed = isatty(STDERR_FILENO) == 1 && !command.flag("quiet") &&
                          !command.flag("no-progress") && !environment("CI") &&
                          !is_dumb(environment);
  if (!is_allowed) return {};
  const std::size_t columns = terminal_columns(STDERR_FILENO);
  return {.write = [](std::string_view text) { write_error(text); },
          .clock = system_clock(),
          .width = columns > 0 ? columns : kUsualWidth};
}

bool can_ask() noexcept { return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

}  // namespace shelduck::cli
