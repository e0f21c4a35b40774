#include "shelduck/history/news.hpp"

#include <gtest/gtest.h>

#include "shelduck/history/history_fixture.hpp"

namespace shelduck::history {
namespace {

constexpr Instant kNewsDay = std::chrono::sys_days{std::chrono::year{2026} / 5 / 1};

ExecutionKey news_key() {
  return {ExecutionId{derived_uuid("execution")}, RunId{derived_uuid("run")}, "host", kNewsDay};
}

ExecutionStarted news_start() {
  return {.key = news_key(), .plugin_name = "apt", .created_at = kNewsDay};
}

ExecutionEnded news_end() {
  return {.key = news_key(), .end_time = kNewsDay + std::chrono::seconds{7}};
}

ForecastIssued news_forecast() {
  return {.forecast_id = ForecastId{derived_uuid("forecast")},
          .issued_at = kNewsDay - std::chrono::hours{1},
          .plugin_name = "apt",
          .target = "wall_clock_seconds",
          .model = "median",
          .level = 0.9,
          .point = 8,
          .n = 5,
          .inputs = "{}"};
}

std::string told(const std::string& change, const std::string& rest) {
  return R"(execution {"change":")" + change + R"(","execution_id":")" +
         to_string(news_key().execution_id) + R"(","run_id":")" + to_string(news_key().run_id) +
         R"(","plugin_name":"apt","item":null,)" + rest + "}";
}

TEST(News, AnExecutionIsToldOnceForEachThingThatHappenedToIt) {
  HistoryFixture history;
  const std::string running =
      R"("status":"running","start_time":"2026-05-01T00:00:00Z","end_time":null)";
  const std::string success =
      R"("status":"success","start_time":"2026-05-01T00:00:00Z","end_time":"2026-05-01T00:00:07Z")";
  history.apply_all(news_start());
  EXPECT_EQ(history.events(), (std::vector{told("started", running)}));
  history.apply_all(news_start());
  EXPECT_EQ(history.events(), std::vector<std::string>{}) << "it is known";
  history.apply_all(news_end());
  EXPECT_EQ(history.events(), (std::vector{told("ended", success)}));
  history.apply_all(ExecutionInterrupted{.key = news_key(), .at = kNewsDay});
  EXPECT_EQ(history.events(), std::vector<std::string>{}) << "it has an end";
}

TEST(News, AnInterruptionIsTold) {
  HistoryFixture history;
  history.apply_all(news_start(), ExecutionInterrupted{.key = news_key(), .at = kNewsDay});
  const auto events = history.events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_NE(events[1].find(R"("change":"interrupted")"), std::string::npos);
  EXPECT_NE(events[1].find(R"("status":"interrupted")"), std::string::npos);
}

TEST(News, AForecastIsToldWhenItIsIssuedAndWhenItsTruthComes) {
  HistoryFixture history;
  history.apply_all(news_forecast());
  const auto issued = history.events();
  ASSERT_EQ(issued.size(), 1U);
  EXPECT_TRUE(issued[0].starts_with("forecast {")) << issued[0];
  EXPECT_NE(issued[0].find(R"("level":90,)"), std::string::npos) << issued[0];
  history.apply_all(news_forecast());
  EXPECT_EQ(history.events(), std::vector<std::string>{}) << "shown again";
  history.apply_all(news_start(), news_end());
  const auto events = history.events();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[2], R"(score {"forecast_id":")" + to_string(news_forecast().forecast_id) +
                           R"(","plugin_name":"apt","target":"wall_clock_seconds","point":8,)" +
                           R"("actual":7,"scored_at":"2026-05-01T00:00:00Z"})");
}

}  // namespace
}  // namespace shelduck::history
