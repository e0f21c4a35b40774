// MeasuredSteps divides one execution into steps at the phase borders that its child reports.
//
// Each reported phase is a step; what lies outside of them is one more step with the name that the
// command line gave. So wall clock, CPU and I/O of the steps add up to those of the execution:
// the whole is measured, parts of phases are polled at their borders, and the last step is the
// whole less the phases.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/front/progress_event.hpp"
#include "shelduck/front/usage.hpp"
#include "shelduck/history/records/record.hpp"

namespace shelduck::front {

// Where the execution stands at one moment.
struct Moment {
  Seconds wall{0};       // at work, since the start
  Seconds suspended{0};  // the machine asleep or the job stopped, since the start
  double cpu_user_seconds = 0;
  double cpu_kernel_seconds = 0;
};

struct MeasuredStep {
  std::string name;
  history::Phase phase = history::Phase::execute;
  Moment begin;
  Moment end;
  std::optional<std::int64_t> bytes_downloaded;
};

class MeasuredSteps {
 public:
  // `main_step` and `main_phase` are the command line's.
  MeasuredSteps(std::string main_step, history::Phase main_phase);

  // A phase that begins ends the one before it. `now` counts only at borders of phases.
  void take(const ProgressEvent& event, const Moment& now);

  // Ends an open phase.
  void finish(const Moment& now);

  [[nodiscard]] const std::vector<MeasuredStep>& phases() const noexcept { return phases_; }
  [[nodiscard]] std::optional<std::int64_t> items_completed() const noexcept { return items_; }

  // What goes on now, for the remaining time.
  [[nodiscard]] history::Phase current_phase() const noexcept;
  [[nodiscard]] Moment current_begin() const noexcept;
  [[nodiscard]] std::optional<double> current_percent() const noexcept { return percent_; }
  [[nodiscard]] bool reported_anything() const noexcept { return reported_; }

 private:
  void begin_phase(const std::string& name, const Moment& now);

  std::string main_step_;
  history::Phase main_phase_;
  std::vector<MeasuredStep> phases_;
  bool open_ = false;
  bool reported_ = false;
  std::optional<double> percent_;
  std::optional<std::int64_t> items_;
};

}  // namespace shelduck::front
