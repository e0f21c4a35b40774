// Supervision runs one child to its end and measures it, without being felt: same process group,
// terminal and streams; the child alone decides what Ctrl-C does; Ctrl-Z stops both.
//
//   SignalPlan signals;
//   Supervision supervision{signals, {.words = words, .main_step = "update"}};
//   const Outcome outcome = supervision.run([&](const View& view) { draw(view); });
//
// Threads: the main thread only; the sampling of memory once a second is done between signals, so
// it costs no thread and its reads are told apart from the child's.
// Failure: Error where a pipe cannot be made; a child that cannot be started is an Outcome.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "shelduck/front/measured_steps.hpp"
#include "shelduck/front/progress_channel.hpp"
#include "shelduck/front/signals.hpp"
#include "shelduck/front/stopwatch.hpp"
#include "shelduck/front/usage.hpp"

namespace shelduck::front {

struct SupervisionOptions {
  std::span<const std::string> words;
  std::string main_step;
  history::Phase main_phase = history::Phase::execute;
  ProgressPlace progress = ProgressPlace::own_descriptor;
};

struct Outcome {
  int launch_error = 0;  // errno; the child never ran
  int wait_status = 0;   // of wait(2)
  ReapedUsage reaped;
  std::optional<IoCounters> io;
  LivingTree left_behind;  // daemons that go on
  std::optional<std::int64_t> memory_avg_bytes;
  Seconds wall{0};
  Seconds suspended{0};
  Instant end;
  std::optional<Seconds> clock_jump;
  MeasuredSteps steps;

  // As a shell says it: the child's code, or 128 + the signal that ended it.
  [[nodiscard]] int exit_code() const;
  [[nodiscard]] std::optional<int> ending_signal() const;
};

// What may be drawn: once a second, and at each report of the child.
struct View {
  Seconds elapsed{0};
  const MeasuredSteps& steps;
};

class Supervision {
 public:
  // Both must outlive this object. Takes orphans of the child over (subreaper).
  Supervision(SignalPlan& signals, SupervisionOptions options);
  ~Supervision() = default;
  Supervision(const Supervision&) = delete;
  Supervision& operator=(const Supervision&) = delete;

  // The number under which the child finds its progress channel; -1 for none.
  [[nodiscard]] int child_progress_descriptor() const;

  Outcome run(const ClockReading& start, const std::function<void(const View&)>& show);

 private:
  void wait_for_something();
  void take_signals();
  void reap();
  void child_stopped();
  void continue_child();
  void take_progress();
  void tick();
  [[nodiscard]] Moment now_with_cpu() const;
  Outcome outcome();

  SignalPlan& signals_;
  SupervisionOptions options_;
  ProgressChannel channel_;
  std::optional<Stopwatch> watch_;
  const std::function<void(const View&)>* show_ = nullptr;
  pid_t child_ = -1;
  bool child_ended_ = false;
  bool child_is_stopped_ = false;
  int wait_status_ = 0;
  ReapedUsage reaped_;
  std::optional<IoCounters> io_before_;
  Seconds next_tick_{1};
  Seconds next_show_{0};
  double memory_sum_ = 0;
  std::int64_t memory_samples_ = 0;
  MeasuredSteps steps_;
};

}  // namespace shelduck::front
