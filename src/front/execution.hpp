// The records of one wrapped execution.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shelduck/front/supervision.hpp"
#include "shelduck/history/records/record.hpp"

namespace shelduck::front {

struct ExecutionPlan {
  std::string plugin;
  std::string step;
  history::Phase phase = history::Phase::execute;
  std::optional<history::RunId> given_run;  // else it makes and ends a run of its own
  std::optional<std::int64_t> packages;
  std::optional<std::int64_t> download_bytes;
};

class Execution {
 public:
  Execution(ExecutionPlan plan, Instant start, const RandomSource& random);

  [[nodiscard]] history::RunId run_id() const { return key_.run_id; }
  [[nodiscard]] const history::ExecutionKey& key() const { return key_; }

  // Throws Error invalid_input for a name that no history takes; without it the records would be
  // acknowledged and end in quarantine.
  void validate() const;

  [[nodiscard]] std::vector<history::EncodedRecord> start_records() const;
  [[nodiscard]] std::vector<history::EncodedRecord> end_records(const Outcome& outcome,
                                                                const RandomSource& random) const;

 private:
  [[nodiscard]] history::ExecutionStarted started() const;
  [[nodiscard]] history::ExecutionEnded ended(const Outcome& outcome) const;
  [[nodiscard]] std::vector<history::StepMeasured> steps(const Outcome& outcome,
                                                         const RandomSource& random) const;
  [[nodiscard]] history::StepMeasured phase_step(const MeasuredStep& step) const;
  [[nodiscard]] history::StepMeasured main_step(const Outcome& outcome) const;

  ExecutionPlan plan_;
  history::ExecutionKey key_;
};

// The start time that a UUIDv7 run id carries; nothing for ids of another version.
[[nodiscard]] std::optional<Instant> start_time_of(const history::RunId& id);

// The record that begins a run here and now.
[[nodiscard]] history::RunStarted run_started(const history::RunId& id, Instant start);

}  // namespace shelduck::front
