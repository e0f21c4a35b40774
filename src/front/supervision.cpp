#include "shelduck/front/supervision.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <utility>

#include "shelduck/front/launch.hpp"

namespace shelduck::front {

int Outcome::exit_code() const {
  constexpr int kNotFound = 127;
  constexpr int kNotStarted = 126;
  if (launch_error != 0) return launch_error == ENOENT ? kNotFound : kNotStarted;
  if (WIFSIGNALED(wait_status)) return 128 + WTERMSIG(wait_status);
  return WEXITSTATUS(wait_status);
}

std::optional<int> Outcome::ending_signal() const {
  if (launch_error != 0 || !WIFSIGNALED(wait_status)) return std::nullopt;
  return WTERMSIG(wait_status);
}

Supervision::Supervision(SignalPlan& signals, SupervisionOptions options)
    : signals_(signals),
      options_(std::move(options)),
      channel_(options_.progress),
      steps_(options_.main_step, options_.main_phase) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

int Supervision::child_progress_descriptor() const { return channel_.child_descriptors().kept; }

Outcome Supervision::run(const ClockReading& start, const std::function<void(const View&)>& show) {
  show_ = &show;
  io_before_ = reaped_io();
  signals_.shield();
  watch_.emplace(start);
  const Launched launched = launch(options_.words, signals_, channel_.child_descriptors());
  channel_.close_child_end();
  child_ = launched.pid;
  while (launched.error_number == 0 && !child_ended_) wait_for_something();
  take_progress();
  Outcome result = outcome();
  result.launch_error = launched.error_number;
  return result;
}

void Supervision::wait_for_something() {
  const Seconds until_tick = next_tick_ - watch_->at_work(read_clocks());
  const int timeout_ms =
      child_is_stopped_
          ? -1
          : std::clamp(static_cast<int>(std::ceil(until_tick.count() * 1000)), 0, 1000);
  std::array<pollfd, 2> sources{pollfd{signals_.descriptor(), POLLIN, 0},
                                pollfd{channel_.reading_end(), POLLIN, 0}};
  poll(sources.data(), sources.size(), timeout_ms);
  if (sources[0].revents != 0) take_signals();
  if (sources[1].revents != 0) take_progress();
  if (!child_ended_ && !child_is_stopped_) tick();
}

void Supervision::take_signals() {
  while (const auto signal = signals_.next()) {
    switch (signal->number) {
      case SIGCHLD:
        break;
      case SIGCONT:
        continue_child();
        break;
      default:
        // What the terminal sends reaches the child by itself, and what our caller wanted ignored
        // (nohup) the child ignores too.
        if (signal->code != SI_KERNEL && !child_ended_) kill(child_, signal->number);
    }
  }
  reap();
}

void Supervision::reap() {
  int status = 0;
  rusage usage{};
  pid_t pid = 0;
  while ((pid = wait4(-1, &status, WNOHANG | WUNTRACED | WCONTINUED, &usage)) > 0) {
    const bool ended = WIFEXITED(status) || WIFSIGNALED(status);
    if (ended) reaped_.add(usage);
    if (pid != child_) continue;
    if (ended) {
      wait_status_ = status;
      child_ended_ = true;
      watch_->continued(read_clocks());
    } else if (WIFSTOPPED(status)) {
      child_stopped();
    } else if (WIFCONTINUED(status)) {
      child_is_stopped_ = false;
      watch_->continued(read_clocks());
    }
  }
}

void Supervision::child_stopped() {
  child_is_stopped_ = true;
  watch_->stopped(read_clocks());
  SignalPlan::stop_like_child();
}

// Whoever continued us means the child as well; a shell's fg has told it already.
void Supervision::continue_child() {
  reap();
  if (child_is_stopped_ && !child_ended_) kill(child_, SIGCONT);
}

// Only borders of phases look at the living tree: a child may report thousands of times a second.
void Supervision::take_progress() {
  channel_.read([this](const ProgressEvent& event) {
    const bool border = event.kind != ProgressKind::progress;
    steps_.take(event, border ? now_with_cpu() : Moment{});
    const Seconds elapsed = watch_->at_work(read_clocks());
    if (!border && elapsed < next_show_) return;
    constexpr Seconds kBetweenDrawings{0.1};
    next_show_ = elapsed + kBetweenDrawings;
    (*show_)(View{elapsed, steps_});
  });
}

// Once a second of work.
void Supervision::tick() {
  const Seconds elapsed = watch_->at_work(read_clocks());
  if (elapsed < next_tick_) return;
  next_tick_ = Seconds{std::floor(elapsed.count()) + 1};
  const LivingTree tree = living_tree();
  if (tree.memory_bytes > 0) {
    memory_sum_ += static_cast<double>(tree.memory_bytes);
    ++memory_samples_;
  }
  (*show_)(View{elapsed, steps_});
}

Moment Supervision::now_with_cpu() const {
  const ClockReading now = read_clocks();
  const LivingTree tree = living_tree();
  return {watch_->at_work(now), watch_->suspended(now),
          reaped_.cpu_user_seconds + tree.cpu_user_seconds,
          reaped_.cpu_kernel_seconds + tree.cpu_kernel_seconds};
}

Outcome Supervision::outcome() {
  reap();
  const ClockReading now = read_clocks();
  auto io = reaped_io();
  if (io && io_before_) *io -= *io_before_;
  const Moment last{watch_->at_work(now), watch_->suspended(now), reaped_.cpu_user_seconds,
                    reaped_.cpu_kernel_seconds};
  steps_.finish(last);
  Outcome result{.reaped = reaped_,
                 .io = io,
                 .left_behind = living_tree(),
                 .memory_avg_bytes = std::nullopt,
                 .wall = last.wall,
                 .suspended = last.suspended,
                 .end = watch_->instant(now),
                 .clock_jump = watch_->clock_jump(now),
                 .steps = steps_};
  result.wait_status = wait_status_;
  if (memory_samples_ > 0) {
    result.memory_avg_bytes =
        static_cast<std::int64_t>(memory_sum_ / static_cast<double>(memory_samples_));
  }
  return result;
}

}  // namespace shelduck::front
