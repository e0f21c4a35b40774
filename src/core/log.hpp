// LogSink receives what a library has to say. Libraries never print: programs pass a sink that
// writes to stderr, tests one that keeps the lines.
#pragma once

#include <functional>
#include <string_view>

namespace shelduck {

enum class LogLevel { debug, info, warning, error };

// Called from any thread that does the work; must not throw.
using LogSink = std::function<void(LogLevel, std::string_view message)>;

[[nodiscard]] inline LogSink silent() {
  return [](LogLevel, std::string_view) {};
}

}  // namespace shelduck
