// Progress is one line on a terminal that says how far a long command is and how long it will take:
//
//   import apt   [#########---------]  52 %  4.1 MB of 7.9 MB  3s left
//
//   Progress progress{{.write = to_stderr, .clock = clock}};
//   progress.update({.label = "import apt", .done = 4100, .total = 7900, .unit = Unit::bytes});
//   progress.clear();   // before anything else is written to the terminal
//
// Whether it may be drawn at all is the caller's decision: a default-made Progress draws nothing.
// The remaining time is the mean speed so far, said after two seconds of work and never before.
// Threads: one. Failure: none; `write` must not throw. The destructor clears the line.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/core/time.hpp"

namespace shelduck::cli {

struct ProgressReport {
  enum class Unit { items, bytes };

  std::string_view label;
  std::int64_t done = 0;
  std::optional<std::int64_t> total{};
  Unit unit = Unit::items;
};

class Progress;

struct ProgressOptions {
  std::function<void(std::string_view)> write{};  // none: nothing is drawn
  // Instead of drawing, where who draws is another process.
  std::function<void(const ProgressReport&)> forward{};
  Clock clock{};
  Microseconds interval{100'000};  // between two drawings
  std::size_t width = 80;
};

// As bytes, for who draws elsewhere, and back. Failure of show: Error(invalid_input).
[[nodiscard]] std::string encode(const ProgressReport& report);
void show(std::string_view bytes, Progress& progress);

class Progress {
 public:
  Progress() = default;
  explicit Progress(ProgressOptions options) : options_(std::move(options)) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(const ProgressReport& report);
  void clear();

 private:
  [[nodiscard]] std::string line(const ProgressReport& report, Seconds elapsed) const;

  ProgressOptions options_;
  std::optional<Instant> begun_;
  std::optional<Instant> drawn_;
  std::string label_;
  std::size_t columns_ = 0;  // of the line that stands on the terminal
};

}  // namespace shelduck::cli
