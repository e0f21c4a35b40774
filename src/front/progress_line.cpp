#include "shelduck/front/progress_line.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "shelduck/core/utf8.hpp"

namespace shelduck::front {
namespace {

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

void to_terminal(const std::string& text) {
  // What a terminal does not take now is drawn again in a second.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

bool may_draw(const commands::ParsedCommand& resolved, const commands::Environment& environment) {
  if (resolved.flag("quiet") || resolved.flag("no-progress") || environment("CI")) return false;
  return isatty(STDERR_FILENO) == 1 && environment("TERM").value_or("dumb") != "dumb";
}

void ProgressLine::draw(const std::string& text) {
  if (tcgetpgrp(STDERR_FILENO) != getpgrp()) return;
  const std::size_t columns = terminal_columns();
  std::string shown = text;
  while (display_width(shown) >= columns && !shown.empty()) shown.pop_back();
  to_terminal("\r\033[K" + valid_utf8(shown));
  drawn_ = true;
}

void ProgressLine::clear() {
  if (drawn_) to_terminal("\r\033[K");
  drawn_ = false;
}

}  // namespace shelduck::front
