#include "shelduck/server/retention.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <mutex>
#include <string>
#include <thread>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/sensors/claim.hpp"

namespace shelduck::server {
namespace {

using Moment = Retention::Moment;
using namespace std::chrono_literals;

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kNewest = 1'780'000'000;  // 2026-05-28

// Readings in a folder of their own, under a clock that stands where a test puts it.
class Retaining : public ::testing::Test {
 protected:
  Retaining() {
    std::string name = (std::filesystem::temp_directory_path() / "shelduck-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = name;
    store::OpenOptions options;
    options.purpose = store::Purpose::write;
    options.floor_bytes = 0;
    service_.emplace(folder_ / "sensors.duckdb", sensors::domain_on(store::Backend::duckdb),
                     options, store::ServiceOptions{});
  }
  ~Retaining() override {
    service_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void post(std::int64_t timestamp) {
    const sensors::Reading reading{.node_address = 7,
                                   .timestamp = timestamp,
                                   .temperature_centidegrees = 2150,
                                   .humidity_centipercent = 4800,
                                   .flags = 0,
                                   .received_at = timestamp};
    std::promise<void> answered;
    service_->record(
        {.claim = sensors::claim_of({{.reading = reading}}, {.now = now_, .source = "http"},
                                    std::make_shared<sensors::Verdict>()),
         .done = [&](store::Said) { answered.set_value(); },
         .failed =
             [&](const Error& error) { answered.set_exception(std::make_exception_ptr(error)); }});
    answered.get_future().get();
  }

  std::int64_t readings() {
    std::promise<std::int64_t> answered;
    service_->ask(
        {.work =
             [&](store::Connection& connection) {
               const auto store = sensors::open_readings(connection);
               answered.set_value(store->count({}));
             },
         .failed =
             [&](const Error& error) { answered.set_exception(std::make_exception_ptr(error)); },
         .patience = Seconds{60}});
    return answered.get_future().get();
  }

  Retention retention(std::int64_t days) {
    return Retention{{.service = *service_,
                      .clock = [this] { return now_; },
                      .log =
                          [this](std::string_view text) {
                            const std::scoped_lock lock{mutex_};
                            log_ += std::string(text) + "\n";
                          }},
                     Seconds{static_cast<double>(days * kDay)}};
  }

  // Looks until that many rounds are over; a service that is busy fails one now and then.
  static void finish_rounds(Retention& retention, int rounds, Moment now) {
    const Moment end = std::chrono::steady_clock::now() + 60s;
    while (retention.rounds() < rounds && std::chrono::steady_clock::now() < end) {
      retention.look(now);
      std::this_thread::yield();
    }
    ASSERT_EQ(retention.rounds(), rounds);
  }

  std::string log() {
    const std::scoped_lock lock{mutex_};
    return log_;
  }

  std::filesystem::path folder_;
  Instant now_{std::chrono::seconds{kNewest}};
  std::mutex mutex_;
  std::string log_;  // guarded by mutex_
  std::optional<store::Service> service_;
};

TEST_F(Retaining, PrunesAtOnceAndThenOnceAnHour) {
  for (const std::int64_t days : {0, 27, 28, 60, 100}) post(kNewest - days * kDay);
  Retention retention = this->retention(30);
  const Moment start{1h};
  finish_rounds(retention, 1, start);
  EXPECT_EQ(readings(), 3) << "of April nothing goes before all of it may";
  EXPECT_EQ(retention.family().values.front().second, 2);
  EXPECT_NE(log().find("pruned 2 readings of 1 nodes, before 2026-04-01"), std::string::npos)
      << log();
  now_ += std::chrono::hours{10 * 24};
  retention.look(start + 59min);
  EXPECT_EQ(retention.rounds(), 1);
  finish_rounds(retention, 2, start + 60min);
  EXPECT_EQ(readings(), 2);
}

TEST_F(Retaining, LeavesAlonePartsOfAMonthAndWhatAWrongClockWouldTake) {
  post(kNewest);
  Retention retention = this->retention(1);
  finish_rounds(retention, 1, Moment{1h});
  EXPECT_EQ(log().find("no reading would be left"), std::string::npos);
  now_ += std::chrono::hours{24 * 365 * 30};
  finish_rounds(retention, 2, Moment{2h});
  EXPECT_EQ(readings(), 1);
  EXPECT_NE(log().find("no reading would be left"), std::string::npos) << log();
}

}  // namespace
}  // namespace shelduck::server
