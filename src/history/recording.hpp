// What a client of a server records, as claims that the store judges (store/recording.hpp).
//
//   service.record({.claim = claim_of(run_started, {.now = clock(), .source = hostname}), ...});
//
// PUT is a start, a step or an estimate under the client's own id: new, the same as before, or a
// conflict. It is compared with what its first PUT brought, whatever came later. What the client
// did not say is no difference: the receiver fills it in once, and a repeat takes it from there.
// Ends are said once, too. A parent or an id that nobody knows may stand in a part of the journal
// that nobody has read yet: such a claim is judged again after a scan.
//
// In the records that are handed over an empty source, and an instant at the epoch's begin for
// `created_at`, mean: not said.
// Threads: any. Failure: Error(invalid_input) names field, value and rule; a claim's refusals are
// conflict, not_found (an end of what nobody started) and invalid_input (a parent, a rule).
#pragma once

#include <optional>
#include <string>

#include "shelduck/core/time.hpp"
#include "shelduck/history/records/record.hpp"
#include "shelduck/store/recording.hpp"

namespace shelduck::history {

// What the receiver knows where the client says nothing.
struct Receipt {
  Instant now;
  std::string source;  // whose history a run is
  RandomSource random;
};

// The end of something by its id; without an instant it ends now, and not before its start.
struct RunEnding {
  RunId id;
  Status status = Status::success;
  std::optional<Instant> end_time{};
};
struct ExecutionEnding {
  ExecutionEnded record;  // of its key only the execution's id
};
// What was measured, and not said when the step began.
struct StepEnding {
  StepMeasured record;  // of its key nothing; only its metrics and its end count
};

// The key's source may be empty; `origin` is set to http.
[[nodiscard]] store::Claim claim_of(RunStarted record, const Receipt& receipt);
// Of the key execution, run and start; the source is the run's.
[[nodiscard]] store::Claim claim_of(ExecutionStarted record, const Receipt& receipt);
// Of the key the execution; the rest is the execution's.
[[nodiscard]] store::Claim claim_of(StepMeasured record, const Receipt& receipt);
[[nodiscard]] store::Claim claim_of(EstimateMade record, const Receipt& receipt);

[[nodiscard]] store::Claim claim_of(const RunEnding& ending, const Receipt& receipt);
[[nodiscard]] store::Claim claim_of(const ExecutionEnding& ending, const Receipt& receipt);
[[nodiscard]] store::Claim claim_of(const StepEnding& ending, const Receipt& receipt);

}  // namespace shelduck::history
