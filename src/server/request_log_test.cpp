#include "shelduck/server/request_log.hpp"

#include <gtest/gtest.h>

namespace shelduck::server {
namespace {

class RequestLogTest : public testing::Test {
 protected:
  RequestLogOptions options() {
    return {.format = format_,
            .clock = [this] { return now_; },
            .write = [this](std::string_view line) { lines_.emplace_back(line); },
            .ordinary_a_second = 2};
  }
  static http::Served served(int status, Seconds duration = Seconds{0.0123}) {
    return {.method = "GET",
            .route = "/api/history/stats",
            .status = status,
            .bytes = 512,
            .duration = duration,
            .id = "i"};
  }

  LogFormat format_ = LogFormat::logfmt;
  Instant now_ = parse_instant("2026-05-01T03:00:00Z")->instant;
  std::vector<std::string> lines_;
};

TEST_F(RequestLogTest, WritesALineARequest) {
  RequestLog log{options()};
  log.served(served(200));
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_EQ(lines_.front(),
            "at=2026-05-01T03:00:00Z method=GET route=/api/history/stats status=200 bytes=512 "
            "ms=12.3 id=i\n");
}

TEST_F(RequestLogTest, WritesJsonToo) {
  format_ = LogFormat::json;
  RequestLog log{options()};
  log.failed("i", "a \"reason\"");
  EXPECT_EQ(
      lines_.front(),
      R"({"at":"2026-05-01T03:00:00Z","event":"request failed","id":"i","reason":"a \"reason\""})"
      "\n");
}

TEST_F(RequestLogTest, ListsOrdinaryRequestsUpToALimitAndCountsTheRest) {
  RequestLog log{options()};
  for (int i = 0; i < 5; ++i) log.served(served(200));
  EXPECT_EQ(lines_.size(), 2U);
  log.served(served(503));
  log.served(served(200, Seconds{2}));
  EXPECT_EQ(lines_.size(), 4U) << "errors and slow ones always";
  now_ += std::chrono::seconds{1};
  log.served(served(200));
  ASSERT_EQ(lines_.size(), 6U);
  EXPECT_EQ(lines_.at(4), "at=2026-05-01T03:00:00Z event=\"requests not listed\" count=3\n");
}

TEST_F(RequestLogTest, CountsTheRestByTheClockAndAtTheEnd) {
  RequestLog log{options()};
  for (int i = 0; i < 5; ++i) log.served(served(200));
  log.look();
  EXPECT_EQ(lines_.size(), 2U) << "the second is not over";
  now_ += std::chrono::milliseconds{1500};
  log.look();
  ASSERT_EQ(lines_.size(), 3U) << "nobody came since";
  EXPECT_EQ(lines_.back(), "at=2026-05-01T03:00:00Z event=\"requests not listed\" count=3\n");
  for (int i = 0; i < 4; ++i) log.served(served(200));
  log.finish();
  ASSERT_EQ(lines_.size(), 6U);
  EXPECT_EQ(lines_.back(), "at=2026-05-01T03:00:01Z event=\"requests not listed\" count=2\n");
  now_ += std::chrono::seconds{1};
  log.look();
  log.finish();
  EXPECT_EQ(lines_.size(), 6U) << "once";
}

TEST_F(RequestLogTest, QuotesWhatWouldBreakALine) {
  RequestLog log{options()};
  log.event("stopping", "a\nb");
  EXPECT_EQ(lines_.front(), "at=2026-05-01T03:00:00Z event=stopping text=\"a\\nb\"\n");
}

}  // namespace
}  // namespace shelduck::server
