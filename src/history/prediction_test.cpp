#include "shelduck/history/prediction.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"
#include "shelduck/history/calibration.hpp"
#include "shelduck/history/history_fixture.hpp"
#include "shelduck/history/remaining.hpp"

namespace shelduck::history {
namespace {

using forecast::Forecast;
using forecast::NotEnough;
using std::chrono::hours;
using std::chrono::seconds;

const Instant kFirst = parse_instant("2026-03-01T03:00:00Z")->instant;

// Adds one successful execution a day from `first_day` on, each `seconds_of(day)` long.
template <class SecondsOf>
void add_days(HistoryFixture& history, const std::string& plugin, int first_day, int days,
              const SecondsOf& seconds_of) {
  std::vector<EncodedRecord> records;
  for (int day = first_day; day < first_day + days; ++day) {
    const Instant start = kFirst + hours{24 * day};
    const RunId run{derived_uuid("run" + std::to_string(day))};
    const ExecutionKey key{ExecutionId{derived_uuid(plugin + std::to_string(day))}, run, "host",
                           start};
    records.push_back(to_journal(RunStarted{.key = {run, "host", start}, .created_at = start}));
    records.push_back(
        to_journal(ExecutionStarted{.key = key, .plugin_name = plugin, .created_at = start}));
    records.push_back(
        to_journal(ExecutionEnded{.key = key, .end_time = start + seconds{seconds_of(day)}}));
    records.push_back(
        to_journal(RunEnded{.key = {run, "host", start}, .end_time = start + hours{1}}));
  }
  history.apply(records);
}

std::vector<EncodedRecord> encoded(const std::vector<store::Record>& records) {
  std::vector<EncodedRecord> list;
  for (const store::Record& record : records) list.push_back({record.type, record.payload});
  return list;
}

int steady(int day) { return 100 + day % 7; }

Instant days_after(int days) { return kFirst + hours{24 * days} - hours{1}; }

const TargetForecast& wall_of(const Prediction& prediction, std::size_t plugin) {
  return *prediction.plugins.at(plugin).targets.at(0);
}

TEST(Prediction, SaysWhatItLacksBelowFive) {
  HistoryFixture history;
  add_days(history, "apt", 0, 4, steady);
  const Prediction prediction = predict(history.connection(), {}, days_after(4));
  const auto& few = std::get<NotEnough>(wall_of(prediction, 0));
  EXPECT_EQ(few.have, 4U);
  EXPECT_EQ(few.need, 5U);
  EXPECT_TRUE(new_forecasts(history.connection(), prediction, days_after(4)).empty());
}

TEST(Prediction, GivesAPointWithoutBoundsWhereNoIntervalIsHonest) {
  HistoryFixture history;
  add_days(history, "apt", 0, 5, steady);
  const Prediction prediction = predict(history.connection(), {}, days_after(5));
  const auto& made = std::get<Forecast>(wall_of(prediction, 0));
  EXPECT_NEAR(made.point, 102, 2);
  EXPECT_FALSE(made.lower);
  EXPECT_GE(made.interval_need.value_or(0), 9U);
}

TEST(Prediction, GivesAnIntervalThatHoldsTheTruthAndIsScoredByIt) {
  HistoryFixture history;
  add_days(history, "apt", 0, 40, steady);
  const Instant now = days_after(40);
  const Prediction prediction = predict(history.connection(), {}, now);
  const auto& made = std::get<Forecast>(wall_of(prediction, 0));
  ASSERT_TRUE(made.lower);
  EXPECT_LE(*made.lower, made.point);
  EXPECT_LE(made.point, *made.upper);

  history.apply(encoded(new_forecasts(history.connection(), prediction, now)));
  EXPECT_EQ(history.lines("SELECT count(*) FROM forecasts"), std::vector<std::string>{"1"});
  EXPECT_TRUE(new_forecasts(history.connection(), prediction, now + hours{1}).empty())
      << "showing it again adds nothing";

  add_days(history, "apt", 40, 1, steady);
  const Calibration report = calibration(history.connection());
  ASSERT_EQ(report.rows.size(), 1U);
  EXPECT_EQ(report.rows[0].plugin_name, "apt");
  EXPECT_EQ(report.rows[0].card.forecasts, 1U);
  EXPECT_EQ(report.rows[0].card.covered, 1U);
}

TEST(Prediction, CountsTheLastOfSeveralForecastsOfOneTruth) {
  HistoryFixture history;
  add_days(history, "apt", 0, 40, steady);
  for (const std::int64_t packages : {1, 2, 3}) {
    const Prediction p = predict(history.connection(), {.packages = packages}, days_after(40));
    history.apply(encoded(new_forecasts(history.connection(), p, days_after(40))));
  }
  add_days(history, "apt", 40, 1, steady);
  EXPECT_EQ(history.lines("SELECT count(*) FROM forecasts WHERE actual IS NOT NULL"),
            std::vector<std::string>{"3"});
  EXPECT_EQ(calibration(history.connection()).rows.at(0).card.forecasts, 1U);
}

// Two totals that one run scored are two truths, and stand behind the plugins.
TEST(Prediction, CountsEachTotalByItsPlanAndPlugins) {
  HistoryFixture history;
  for (const char* const plugin : {"apt", "snap"}) add_days(history, plugin, 0, 40, steady);
  for (const char* const plan : {"morning", "evening"}) {
    const Prediction p = predict(history.connection(), {.plan = {.name = plan}}, days_after(40));
    history.apply(encoded(new_forecasts(history.connection(), p, days_after(40))));
  }
  for (const char* const plugin : {"apt", "snap"}) add_days(history, plugin, 40, 1, steady);
  const auto rows = calibration(history.connection()).rows;
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.front().plugin_name, "apt");
  EXPECT_EQ(rows.back().plugin_name, std::nullopt);
  EXPECT_EQ(rows.back().card.forecasts, 2U);
}

// Each truth lies far above its interval: the intervals that follow are wider than without scores.
TEST(Prediction, WidensItsIntervalsAfterMisses) {
  HistoryFixture scored;
  HistoryFixture unscored;
  const auto leaping = [](int day) {
    return day < 60 ? 100 + (day * 37) % 40 : 1000 << 4 * (day - 60);
  };
  for (HistoryFixture* history : {&scored, &unscored}) add_days(*history, "apt", 0, 60, leaping);
  for (int day = 60; day < 63; ++day) {
    const Prediction made = predict(scored.connection(), {}, days_after(day));
    scored.apply(encoded(new_forecasts(scored.connection(), made, days_after(day))));
    for (HistoryFixture* history : {&scored, &unscored}) add_days(*history, "apt", day, 1, leaping);
  }
  const double level = calibration(scored.connection()).rows.at(0).level_adaptive;
  EXPECT_NEAR(level, 0.9 + 3 * 0.02 * 0.9, 1e-12) << "three misses, each a step of gamma (1 - a)";
  const auto width = [&](HistoryFixture& history) {
    const Prediction made = predict(history.connection(), {}, days_after(63));
    const auto& apt = std::get<Forecast>(wall_of(made, 0));
    return *apt.upper - *apt.lower;
  };
  EXPECT_GT(width(scored), width(unscored));
}

TEST(Prediction, TotalsLikeRunsAndIsNarrowerThanAddedBounds) {
  HistoryFixture history;
  add_days(history, "apt", 0, 60, [](int day) { return 100 + (day * 37) % 40; });
  add_days(history, "snap", 0, 60, [](int day) { return 50 + (day * 23) % 30; });
  const Prediction prediction = predict(history.connection(), {}, days_after(60));
  const auto& apt = std::get<Forecast>(wall_of(prediction, 0));
  const auto& snap = std::get<Forecast>(wall_of(prediction, 1));
  const auto& total = std::get<Forecast>(*prediction.total.at(0));
  EXPECT_NEAR(total.point, apt.point + snap.point, 15);
  EXPECT_LT(*total.upper - *total.lower, (*apt.upper - *apt.lower) + (*snap.upper - *snap.lower));
}

// Of the first run only the second execution was forecast: it says nothing of the total.
TEST(Prediction, TotalsLeaveOutRunsOfWhichAPartWasNotForecast) {
  HistoryFixture history;
  std::vector<EncodedRecord> records;
  for (int i = 0; i < 40; ++i) {
    const int day = i / 2;
    const Instant start = kFirst + hours{24 * day + i % 2};
    for (const std::string plugin : {"apt", "snap"}) {
      const ExecutionKey key{ExecutionId{derived_uuid(plugin + std::to_string(i))},
                             RunId{derived_uuid("run" + std::to_string(day))}, "host", start};
      records.push_back(
          to_journal(ExecutionStarted{.key = key, .plugin_name = plugin, .created_at = start}));
      records.push_back(to_journal(ExecutionEnded{.key = key, .end_time = start + seconds{100}}));
    }
  }
  history.apply(records);
  const Prediction made = predict(history.connection(), {.level = 0.95}, days_after(20));
  const auto& total = std::get<Forecast>(*made.total.at(0));
  EXPECT_NEAR(total.point, 200, 1);
  ASSERT_TRUE(total.upper);
  EXPECT_LT(*total.upper, 220);
}

TEST(Prediction, FollowsThePlanOfWaves) {
  HistoryFixture history;
  add_days(history, "apt", 0, 30, [](int) { return 100; });
  add_days(history, "snap", 0, 30, [](int) { return 60; });
  const PlanOfPlugins side_by_side{.name = "waves.json", .waves = {{{"apt", "snap"}, 0}}};
  const Prediction prediction =
      predict(history.connection(), {.plan = side_by_side}, days_after(30));
  EXPECT_NEAR(std::get<Forecast>(*prediction.total.at(0)).point, 100, 1);
  const PlanOfPlugins twice{.name = "bad", .waves = {{{"apt", "apt"}, 0}}};
  EXPECT_THROW((void)predict(history.connection(), {.plan = twice}, days_after(30)), Error);
}

TEST(Prediction, LearnsFromWhatWasKnownBeforeAlone) {
  HistoryFixture history;
  std::vector<EncodedRecord> records;
  for (int day = 0; day < 60; ++day) {
    const Instant start = kFirst + hours{24 * day};
    const std::int64_t packages = 1 + (day * 7) % 40;
    const ExecutionKey key{ExecutionId{derived_uuid("e" + std::to_string(day))},
                           RunId{derived_uuid("r" + std::to_string(day))}, "host", start};
    records.push_back(to_journal(ExecutionStarted{
        .key = key, .plugin_name = "apt", .packages_planned = packages, .created_at = start}));
    records.push_back(
        to_journal(ExecutionEnded{.key = key, .end_time = start + seconds{5 + 10 * packages}}));
  }
  history.apply(records);
  const auto point_for = [&](std::int64_t packages) {
    const Prediction p = predict(history.connection(), {.packages = packages}, days_after(60));
    return std::get<Forecast>(wall_of(p, 0)).point;
  };
  EXPECT_GT(point_for(40), 2 * point_for(5));
}

TEST(Prediction, RefusesUnknownPluginsAndImpossibleLevels) {
  HistoryFixture history;
  add_days(history, "apt", 0, 6, steady);
  EXPECT_THROW((void)predict(history.connection(), {.plugins = {"atp"}}, days_after(6)), Error);
  EXPECT_THROW((void)predict(history.connection(), {.level = 1}, days_after(6)), Error);
}

TEST(Remaining, ConditionsOnElapsedTimeAndIsNeverNegative) {
  HistoryFixture history;
  add_days(history, "apt", 0, 40, steady);
  const auto rest = [&](double elapsed) {
    const RemainingAnswer answer = remaining(
        history.connection(), {.plugin_name = "apt", .elapsed = Seconds{elapsed}}, days_after(40));
    return std::get<Forecast>(answer.remaining);
  };
  EXPECT_NEAR(rest(0).point, 103, 5);
  EXPECT_NEAR(rest(60).point, 43, 5);
  EXPECT_GE(*rest(500).lower, 0);
}

TEST(Remaining, OfARunCountsWhatRunsAndWhatIsStillToCome) {
  HistoryFixture history;
  add_days(history, "apt", 0, 30, [](int) { return 100; });
  add_days(history, "snap", 0, 30, [](int) { return 60; });
  const Instant start = kFirst + hours{24 * 30};
  const RunKey run{RunId{derived_uuid("now")}, "host", start};
  const ExecutionKey apt{ExecutionId{derived_uuid("apt now")}, run.run_id, "host", start};
  history.apply_all(RunStarted{.key = run, .created_at = start},
                    ExecutionStarted{.key = apt, .plugin_name = "apt", .created_at = start});
  const RemainingAnswer answer =
      remaining(history.connection(), {.run = run.run_id}, start + seconds{40});
  ASSERT_EQ(answer.plugins.size(), 2U);
  EXPECT_EQ(answer.elapsed.count(), 40);
  EXPECT_TRUE(answer.plugins[0].is_running);
  EXPECT_EQ(answer.plugins[1].plugin_name, "snap");
  EXPECT_NEAR(std::get<Forecast>(answer.remaining).point, 120, 5);
}

TEST(Remaining, RefusesAnUnknownRun) {
  HistoryFixture history;
  try {
    (void)remaining(history.connection(), {.run = RunId{derived_uuid("no")}}, days_after(1));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
  }
}

}  // namespace
}  // namespace shelduck::history
