// Batch is a slice of the journal, decoded and sorted by kind: what one transaction applies.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "shelduck/history/records/record.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::history {

struct Batch {
  std::vector<RunStarted> run_starts;
  std::vector<RunEnded> run_ends;
  std::vector<RunInterrupted> run_interruptions;
  std::vector<ExecutionStarted> execution_starts;
  std::vector<ExecutionEnded> execution_ends;
  std::vector<ExecutionInterrupted> execution_interruptions;
  std::vector<StepMeasured> steps;
  std::vector<EstimateMade> estimates;
  std::vector<ForecastIssued> forecasts;
  std::vector<PluginAliased> aliases;
  std::vector<FieldUpdated> updates;
  std::vector<EntityDeleted> deletions;
  std::vector<SourcePruned> prunes;
  std::vector<ModelTrained> models;

  // The segment in which each start of `execution_starts` stands.
  std::vector<Uuid> start_segments;

  // Whether a fact about a run or an execution is in it.
  [[nodiscard]] bool has_facts() const {
    return !(run_starts.empty() && run_ends.empty() && run_interruptions.empty() &&
             execution_starts.empty() && execution_ends.empty() &&
             execution_interruptions.empty() && steps.empty() && estimates.empty());
  }
};

// Throws Error for bytes that are no record and for a record that breaks a rule.
void read_frame(Batch& batch, const store::Frame& frame);

// Bytes that are no record, and records that break a rule, go to quarantine; the rest goes on.
[[nodiscard]] Batch read_batch(store::ApplyContext& context, std::span<const store::Frame> frames);

}  // namespace shelduck::history
