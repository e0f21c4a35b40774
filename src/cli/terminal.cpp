#include "shelduck/cli/terminal.hpp"

#include <unistd.h>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/commands/terminal.hpp"

namespace shelduck::cli {
namespace {

constexpr std::size_t kUsualWidth = 80;

}  // namespace

ProgressOptions progress_of(const commands::ParsedCommand& command,
                            const commands::Environment& environment) {
  const bool is_allowed = isatty(STDERR_FILENO) == 1 && !command.flag("quiet") &&
                          !command.flag("no-progress") && !environment("CI") &&
                          !commands::is_dumb(environment);
  if (!is_allowed) return {};
  const std::size_t columns = commands::terminal_columns(STDERR_FILENO);
  return {.write = [](std::string_view text) { write_error(text); },
          .clock = system_clock(),
          .width = columns > 0 ? columns : kUsualWidth};
}

bool can_ask() noexcept { return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

}  // namespace shelduck::cli
