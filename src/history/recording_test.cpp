#include "shelduck/history/recording.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"
#include "shelduck/history/history_fixture.hpp"
#include "shelduck/history/recorded_facts.hpp"

namespace shelduck::history {
namespace {

using std::chrono::seconds;

const Instant kBegin = parse_instant("2026-05-01T12:00:00Z")->instant;
const RunId kRun{derived_uuid("a run")};
const ExecutionId kExecution{derived_uuid("an execution")};
const StepId kStep{derived_uuid("a step")};

// Whoever receives: the clock moves a second with each look.
class Receiver {
 public:
  // "new", "same", or the kind of the refusal and its field. What is new is applied at once, or
  // kept as pending.
  template <class Said>
  std::string take(const Said& said) {
    const Receipt receipt{.now = now_ += seconds{1}, .source = "host", .random = random_};
    try {
      const store::Claim claim = claim_of(said, receipt);
      store::KnownFacts known = pending_;
      known.merge(find_facts(history_.connection(), claim.judged_by));
      const store::Judgement judgement = claim.judge(known);
      if (judgement.refusal) return word_of(*judgement.refusal);
      for (const store::SaidFact& fact : judgement.says) pending_[fact.fact] = fact.content;
      for (const store::Record& record : judgement.records) {
        records_.push_back({record.type, record.payload});
      }
      return judgement.records.empty() ? "same" : "new";
    } catch (const Error& error) {
      return word_of(error);
    }
  }

  // As after a power cut in what was not acknowledged: the first ones alone are there.
  void apply_first(std::size_t count) {
    records_.resize(count);
    apply();
  }

  void apply() {
    history_.apply(records_);
    records_.clear();
    pending_.clear();
  }

  [[nodiscard]] HistoryFixture& history() { return history_; }

 private:
  static std::string word_of(const Error& error) {
    return std::string(to_string(error.kind())) + " " + error.detail().field;
  }

  HistoryFixture history_;
  Instant now_ = kBegin;
  RandomSource random_ = [](std::span<std::uint8_t> bytes) { std::ranges::fill(bytes, 1); };
  store::KnownFacts pending_;
  std::vector<EncodedRecord> records_;
};

RunStarted run() {
  return {.key = {kRun, "", kBegin}, .hostname = "pi", .utc_offset_minutes = 120};
}

ExecutionStarted execution() {
  return {.key = {kExecution, kRun, "", kBegin}, .plugin_name = "apt", .item = "curl"};
}

StepMeasured begun_step() {
  return {.key = key_of_child(kExecution),
          .step_id = kStep,
          .step_name = "download",
          .phase = Phase::download,
          .step_start = kBegin};
}

StepEnding step_ending() {
  return {{.step_id = kStep,
           .step_end = kBegin + seconds{8},
           .cpu_user_seconds = 0.1,
           .download_size_bytes = 5000}};
}

EstimateMade estimate() {
  return {.key = key_of_child(kExecution),
          .estimate_id = EstimateId{derived_uuid("an estimate")},
          .wall_seconds_est = 30,
          .created_at = kBegin};
}

ExecutionEnding execution_ending(Status status = Status::success) {
  return {{.key = key_of_child(kExecution), .status = status, .exit_code = 0}};
}

// Every claim twice before it is applied, and once more afterwards: the verdicts are the same.
class RecordedTwice : public ::testing::TestWithParam<bool> {
 protected:
  void settle() {
    if (GetParam()) receiver_.apply();
  }
  template <class Said>
  void expect_new_then_same(const Said& said) {
    EXPECT_EQ(receiver_.take(said), "new");
    EXPECT_EQ(receiver_.take(said), "same");
    settle();
    EXPECT_EQ(receiver_.take(said), "same");
  }

  Receiver receiver_;
};

INSTANTIATE_TEST_SUITE_P(PendingOrApplied, RecordedTwice, ::testing::Bool());

TEST_P(RecordedTwice, ARunStepByStep) {
  expect_new_then_same(run());
  expect_new_then_same(execution());
  expect_new_then_same(estimate());
  expect_new_then_same(begun_step());
  expect_new_then_same(step_ending());
  expect_new_then_same(execution_ending());
  expect_new_then_same(RunEnding{.id = kRun});
  receiver_.apply();
  EXPECT_EQ(receiver_.history().lines(
                "SELECT plugin_name, item, status, source, origin, wall_clock_seconds, "
                "download_size_bytes FROM executions"),
            std::vector<std::string>{"apt|curl|success|host|http|8|5000"});
  EXPECT_EQ(receiver_.history().lines("SELECT status, source, origin, hostname FROM runs"),
            std::vector<std::string>{"success|host|http|pi"});
  EXPECT_EQ(receiver_.history().lines("SELECT count(*) FROM quarantine"),
            std::vector<std::string>{"0"});
  EXPECT_EQ(receiver_.take(begun_step()), "same") << "compared with what its PUT brought";
  EXPECT_EQ(receiver_.take(execution()), "same");
  EXPECT_EQ(receiver_.take(run()), "same");
}

TEST_P(RecordedTwice, AnotherContentIsAConflictThatNamesTheField) {
  expect_new_then_same(run());
  RunStarted other_run = run();
  other_run.hostname = "other";
  EXPECT_EQ(receiver_.take(other_run), "conflict hostname");
  other_run = run();
  other_run.key.source = "elsewhere";
  EXPECT_EQ(receiver_.take(other_run), "conflict source");
  expect_new_then_same(execution());
  ExecutionStarted other = execution();
  other.item.reset();
  EXPECT_EQ(receiver_.take(other), "conflict item");
  other = execution();
  other.key.run_id = RunId{derived_uuid("another run")};
  EXPECT_EQ(receiver_.take(other), "conflict run_id");
  expect_new_then_same(begun_step());
  StepMeasured other_step = begun_step();
  other_step.wall_clock_seconds = 3;
  EXPECT_EQ(receiver_.take(other_step), "conflict wall_clock_seconds");
  expect_new_then_same(estimate());
  EstimateMade other_estimate = estimate();
  other_estimate.confidence = 0.5;
  EXPECT_EQ(receiver_.take(other_estimate), "conflict confidence");
}

TEST_P(RecordedTwice, TheFirstEndStays) {
  expect_new_then_same(run());
  expect_new_then_same(execution());
  expect_new_then_same(begun_step());
  expect_new_then_same(step_ending());
  StepEnding longer = step_ending();
  longer.record.step_end = kBegin + seconds{9};
  EXPECT_EQ(receiver_.take(longer), "conflict end_time");
  expect_new_then_same(execution_ending());
  EXPECT_EQ(receiver_.take(execution_ending(Status::failed)), "conflict status");
  ExecutionEnding earlier = execution_ending();
  earlier.record.end_time = kBegin;
  EXPECT_EQ(receiver_.take(earlier), "conflict end_time");
  expect_new_then_same(RunEnding{.id = kRun, .end_time = kBegin + seconds{60}});
  EXPECT_EQ(receiver_.take(RunEnding{.id = kRun}), "same")
      << "without an instant it is the one that is known";
  EXPECT_EQ(receiver_.take(RunEnding{.id = kRun, .status = Status::failed}), "conflict status");
  EXPECT_EQ(receiver_.take(RunEnding{.id = kRun, .end_time = kBegin}), "conflict end_time");
}

TEST(RecordingClaim, AStepMayComeWhole) {
  Receiver receiver;
  EXPECT_EQ(receiver.take(run()), "new");
  EXPECT_EQ(receiver.take(execution()), "new");
  StepMeasured whole = begun_step();
  whole.step_end = kBegin + seconds{2};
  EXPECT_EQ(receiver.take(whole), "new");
  EXPECT_EQ(receiver.take(StepEnding{{.step_id = kStep, .step_end = whole.step_end}}), "same");
  EXPECT_EQ(receiver.take(step_ending()), "conflict end_time");
  receiver.apply();
  EXPECT_EQ(receiver.history().lines("SELECT wall_clock_seconds FROM step_metrics"),
            std::vector<std::string>{"2"})
      << "the time between both, where nobody said it";
}

TEST(RecordingClaim, ParentsAndWhatIsEndedMustBeKnown) {
  Receiver receiver;
  EXPECT_EQ(receiver.take(execution()), "invalid_input run_id");
  EXPECT_EQ(receiver.take(begun_step()), "invalid_input execution_id");
  EXPECT_EQ(receiver.take(estimate()), "invalid_input execution_id");
  EXPECT_EQ(receiver.take(RunEnding{.id = kRun}), "not_found id");
  EXPECT_EQ(receiver.take(execution_ending()), "not_found id");
  EXPECT_EQ(receiver.take(step_ending()), "not_found id");
  const store::Claim claim = claim_of(execution(), {});
  EXPECT_TRUE(claim.judge({}).may_come) << "another process may have recorded the run";
}

TEST(RecordingClaim, APlaceholderIsNoParent) {
  Receiver receiver;
  receiver.history().apply_all(RunEnded{.key = {kRun, "host", kBegin}, .end_time = kBegin});
  EXPECT_EQ(receiver.take(execution()), "invalid_input run_id");
  EXPECT_EQ(receiver.take(run()), "new") << "its end came first, from elsewhere";
}

TEST(RecordingClaim, RulesAreKept) {
  Receiver receiver;
  EXPECT_EQ(receiver.take(run()), "new");
  ExecutionStarted nameless = execution();
  nameless.plugin_name.clear();
  EXPECT_EQ(receiver.take(nameless), "invalid_input plugin_name");
  EXPECT_EQ(receiver.take(execution()), "new");
  ExecutionEnding ending = execution_ending();
  ending.record.end_time = kBegin - seconds{1};
  EXPECT_EQ(receiver.take(ending), "invalid_input end_time");
  StepMeasured backwards = begun_step();
  backwards.step_end = kBegin - seconds{1};
  EXPECT_EQ(receiver.take(backwards), "invalid_input end_time");
  EXPECT_EQ(receiver.take(begun_step()), "new");
  StepEnding negative = step_ending();
  negative.record.cpu_user_seconds = -1;
  EXPECT_EQ(receiver.take(negative), "invalid_input cpu_user_seconds");
}

TEST(RecordingClaim, WhatWasDeletedOrPrunedStaysAway) {
  Receiver receiver;
  EXPECT_EQ(receiver.take(run()), "new");
  receiver.apply();
  receiver.history().apply_all(EntityDeleted{.entity = Entity::run, .id = kRun.uuid});
  EXPECT_EQ(receiver.take(run()), "conflict id");
  EXPECT_EQ(receiver.take(execution()), "conflict run_id");
  EXPECT_EQ(receiver.take(RunEnding{.id = kRun}), "conflict id");
  receiver.history().apply_all(SourcePruned{.source = "host", .cutoff = kBegin + seconds{1}});
  RunStarted old = run();
  old.key.run_id = RunId{derived_uuid("another one")};
  EXPECT_EQ(receiver.take(old), "invalid_input start_time");
  old.key.source = "elsewhere";
  EXPECT_EQ(receiver.take(old), "new");
}

TEST(RecordingClaim, AnUpdateFromElsewhereIsNoOtherContent) {
  Receiver receiver;
  EXPECT_EQ(receiver.take(run()), "new");
  receiver.apply();
  receiver.history().apply_all(FieldUpdated{.entity = Entity::run,
                                            .id = kRun.uuid,
                                            .field = "hostname",
                                            .value = "renamed",
                                            .version = derived_uuid("version")});
  EXPECT_EQ(receiver.take(run()), "same");
}

TEST(RecordingClaim, OneIdMayNameAnExecutionAndItsStep) {
  Receiver receiver;
  StepMeasured step = begun_step();
  step.step_id = StepId{kExecution.uuid};
  StepEnding end = step_ending();
  end.record.step_id = step.step_id;
  EXPECT_EQ(receiver.take(run()), "new");
  EXPECT_EQ(receiver.take(execution()), "new");
  EXPECT_EQ(receiver.take(step), "new");
  receiver.apply();
  EXPECT_EQ(receiver.take(end), "new");
  receiver.apply();
  EXPECT_EQ(receiver.take(execution()), "same");
  EXPECT_EQ(receiver.take(execution_ending()), "new");
  receiver.apply();
  EXPECT_EQ(receiver.take(execution_ending()), "same");
  EXPECT_EQ(receiver.take(end), "same");
}

TEST(RecordingClaim, AnEndOfWhichOnlyAPartSurvivedIsSaidAgain) {
  Receiver receiver;
  EXPECT_EQ(receiver.take(run()), "new");
  EXPECT_EQ(receiver.take(execution()), "new");
  EXPECT_EQ(receiver.take(begun_step()), "new");
  receiver.apply();
  EXPECT_EQ(receiver.take(step_ending()), "new");
  receiver.apply_first(1);
  EXPECT_EQ(receiver.take(step_ending()), "new");
  receiver.apply();
  EXPECT_EQ(receiver.take(step_ending()), "same");
}

TEST(RecordingClaim, WhatTheProgramItselfStoresHasASourceOfItsOwn) {
  RunStarted own = run();
  own.key.source = kForecastSource;
  EXPECT_EQ(Receiver{}.take(own), "invalid_input source");
}

TEST(RecordingClaim, SumsOfAmountsStayWholeNumbers) {
  Receiver receiver;
  EXPECT_EQ(receiver.take(run()), "new");
  EXPECT_EQ(receiver.take(execution()), "new");
  StepMeasured huge = begun_step();
  huge.download_size_bytes = 1'000'000'000'000'001;
  EXPECT_EQ(receiver.take(huge), "invalid_input download_size_bytes");
}

TEST(RecordingClaim, AFalseClockIsKeptAndMarked) {
  Receiver receiver;
  RunStarted old = run();
  old.key.start_time = Instant{} + seconds{5};
  EXPECT_EQ(receiver.take(old), "new");
  ExecutionStarted early = execution();
  early.key.start_time = old.key.start_time;
  EXPECT_EQ(receiver.take(early), "new");
  receiver.apply();
  EXPECT_EQ(receiver.history().lines("SELECT flags FROM plugin_executions"),
            std::vector<std::string>{"1"});
}

}  // namespace
}  // namespace shelduck::history
