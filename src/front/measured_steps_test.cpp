#include "shelduck/front/measured_steps.hpp"

#include <gtest/gtest.h>

namespace shelduck::front {
namespace {

Moment at(double seconds) { return {.wall = Seconds{seconds}}; }

ProgressEvent event(ProgressKind kind, const std::string& phase) {
  return {.kind = kind, .phase = phase};
}

TEST(MeasuredSteps, PhasesBecomeSteps) {
  MeasuredSteps steps{"update", history::Phase::execute};
  steps.take(event(ProgressKind::phase_start, "download"), at(1));
  EXPECT_EQ(steps.current_phase(), history::Phase::download);
  steps.take(event(ProgressKind::phase_end, "download"), at(3));
  EXPECT_EQ(steps.current_phase(), history::Phase::execute);
  ASSERT_EQ(steps.phases().size(), 1U);
  EXPECT_EQ(steps.phases()[0].begin.wall, Seconds{1});
  EXPECT_EQ(steps.phases()[0].end.wall, Seconds{3});
}

TEST(MeasuredSteps, APhaseThatBeginsEndsTheOneBefore) {
  MeasuredSteps steps{"update", history::Phase::execute};
  steps.take(event(ProgressKind::phase_start, "check"), at(1));
  steps.take(event(ProgressKind::phase_start, "polish"), at(2));
  steps.finish(at(5));
  ASSERT_EQ(steps.phases().size(), 2U);
  EXPECT_EQ(steps.phases()[0].end.wall, Seconds{2});
  EXPECT_EQ(steps.phases()[1].phase, history::Phase::execute);
  EXPECT_EQ(steps.phases()[1].end.wall, Seconds{5});
}

TEST(MeasuredSteps, AnEndOfAnotherPhaseIsPassedOver) {
  MeasuredSteps steps{"update", history::Phase::execute};
  steps.take(event(ProgressKind::phase_start, "a"), at(1));
  steps.take(event(ProgressKind::phase_end, "b"), at(2));
  steps.finish(at(3));
  EXPECT_EQ(steps.phases()[0].end.wall, Seconds{3});
}

TEST(MeasuredSteps, PercentComesFromBytesAndItemsToo) {
  MeasuredSteps steps{"update", history::Phase::execute};
  steps.take({.bytes_downloaded = 25, .bytes_total = 100}, at(1));
  EXPECT_EQ(steps.current_percent(), 25);
  steps.take({.items_completed = 3, .items_total = 4}, at(2));
  EXPECT_EQ(steps.current_percent(), 75);
  EXPECT_EQ(steps.items_completed(), 3);
}

}  // namespace
}  // namespace shelduck::front
