// The one line on the terminal that says how far an execution is. It is drawn over itself and is
// gone when the object is; while our job is in the background nothing is drawn.
#pragma once

#include <string>

#include "shelduck/commands/settings.hpp"

namespace shelduck::front {

// Whether progress may be drawn at all: stderr is a terminal, TERM is not dumb, CI is not set, and
// neither --quiet nor --no-progress was said.
[[nodiscard]] bool may_draw(const commands::ParsedCommand& resolved,
                            const commands::Environment& environment);

class ProgressLine {
 public:
  ProgressLine() = default;
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void draw(const std::string& text);
  void clear();

 private:
  bool drawn_ = false;
};

}  // namespace shelduck::front
