// What the tables say of the facts by which a client's recording is judged: each as the record that
// brought it, without the updates that were laid over it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "shelduck/core/uuid.hpp"
#include "shelduck/history/records/record.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/recording.hpp"

namespace shelduck::history {

// Most facts are named by the record that says them. A step is ended by updates of its fields: its
// content is then the step as it is with them. A prune is of a source; its content is the cut-off
// in microseconds.
[[nodiscard]] constexpr store::Fact fact_of(RecordType type, const Uuid& id) noexcept {
  return {static_cast<std::uint16_t>(type), id};
}
[[nodiscard]] inline store::Fact step_end_fact(const StepId& id) {
  return fact_of(RecordType::field_updated, id.uuid);
}
[[nodiscard]] inline store::Fact deletion_fact(const Uuid& id) {
  return fact_of(RecordType::entity_deleted, id);
}
[[nodiscard]] inline store::Fact prune_fact(const std::string& source) {
  return fact_of(RecordType::source_pruned, derived_uuid(source));
}

// The key as content of steps and estimates has it: only their execution.
[[nodiscard]] inline ExecutionKey key_of_child(const ExecutionId& execution) {
  return {.execution_id = execution, .run_id = {}, .source = {}, .start_time = {}};
}

[[nodiscard]] store::KnownFacts find_facts(store::Connection& connection,
                                           std::span<const store::Fact> facts);

}  // namespace shelduck::history
