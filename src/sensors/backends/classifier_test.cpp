// The rule of the verdicts, over a disk whose syncs fail: an error is never a verdict, and nothing
// is acknowledged that a restart does not find.
#include <gtest/gtest.h>

#include <future>

#include "shelduck/journal/backlog.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/journal/testing/simulated_disk.hpp"
#include "shelduck/sensors/backends/sensors_fixture.hpp"
#include "shelduck/sensors/claim.hpp"
#include "shelduck/store/recording_desk.hpp"
#include "shelduck/store/replay.hpp"

namespace shelduck::sensors {
namespace {

using journal::testing::Fault;
using journal::testing::Operation;
using journal::testing::SimulatedDisk;

class SensorsClassifier : public OnEveryBackend {};
INSTANTIATE_TEST_SUITE_P(Of, SensorsClassifier, kEveryBackend, name_of_backend);

constexpr const char* kDatabase = "/d/sensors.duckdb";
constexpr const char* kJournal = "/d/sensors.duckdb.journal";

std::vector<IncomingRow> body_of(std::int64_t timestamp, std::int16_t temperature) {
  return {{.reading = {.node_address = 7,
                       .timestamp = timestamp,
                       .temperature_centidegrees = temperature,
                       .humidity_centipercent = 4800,
                       .flags = 0,
                       .received_at = timestamp}}};
}

// "new", "same", "other", or the kind of the failure.
class Post {
 public:
  [[nodiscard]] store::Recording of(std::vector<IncomingRow> rows) {
    const auto verdict = std::make_shared<Verdict>();
    const auto said = std::make_shared<std::promise<std::string>>();
    answer_ = said->get_future();
    return {
        .claim = claim_of(std::move(rows), {.now = Instant{}, .source = "http"}, verdict),
        .done =
            [said, verdict](store::Said) {
              said->set_value(verdict->inserted > 0     ? "new"
                              : verdict->duplicates > 0 ? "same"
                                                        : "other");
            },
        .failed =
            [said](const Error& error) { said->set_value(std::string(to_string(error.kind()))); }};
  }
  [[nodiscard]] std::string get() { return answer_.get(); }

 private:
  std::future<std::string> answer_;
};

class ReadingServer {
 public:
  ReadingServer(SimulatedDisk& disk, SensorsFixture& rows)
      : rows_(rows),
        files_(disk, 2),
        journal_(files_, writer_options(rows)),
        desk_({.is_reserved = [](std::uint16_t) { return false; }, .patience = Seconds{60}}) {
    open();
  }

  std::string post(std::vector<IncomingRow> rows) {
    Post said;
    desk_.take(said.of(std::move(rows)));
    return said.get();
  }

  // Judged in one group, whatever the threads do.
  std::pair<std::string, std::string> post_together(std::vector<IncomingRow> first,
                                                    std::vector<IncomingRow> second) {
    desk_.close();
    Post one;
    Post two;
    desk_.take(one.of(std::move(first)));
    desk_.take(two.of(std::move(second)));
    open();
    return {one.get(), two.get()};
  }

 private:
  void open() {
    desk_.open({.find =
                    [this](std::span<const store::Fact> facts) {
                      return rows_.sensors().facts_finder()(rows_.connection(), facts);
                    },
                .append =
                    [this](std::span<const store::Record> records) {
                      std::vector<journal::RecordView> views;
                      for (const store::Record& record : records) {
                        views.push_back({record.type, record.payload});
                      }
                      journal_.commit(journal_.append(views));
                    }});
  }

  static journal::WriterOptions writer_options(const SensorsFixture& rows) {
    return {.database = kDatabase,
            .domain = "sensors",
            .types = rows.sensors().record_types,
            .clock = [] { return Instant{Microseconds{1'780'000'000'000'000}}; },
            .random =
                [number = std::make_shared<std::uint8_t>(0)](std::span<std::uint8_t> bytes) {
                  for (std::uint8_t& byte : bytes) byte = ++*number;
                }};
  }

  SensorsFixture& rows_;
  journal::testing::SimulatedProcess files_;
  journal::Writer journal_;
  store::detail::RecordingDesk desk_;
};

class RowsOfJournal final : public store::detail::Ledger {
 public:
  explicit RowsOfJournal(SensorsFixture& rows) : rows_(rows) {}
  [[nodiscard]] store::detail::Positions positions() override { return {}; }
  void store(std::span<const store::Frame> frames) override {
    std::vector<store::Record> records;
    for (const store::Frame& frame : frames) {
      records.push_back({frame.type, std::string(frame.payload)});
    }
    rows_.apply(records);
  }
  void store_damage(const journal::DamagedRange&) override { ADD_FAILURE() << "damage"; }

 private:
  SensorsFixture& rows_;
};

void restart(SimulatedDisk& disk, SensorsFixture& rows) {
  rows.clear();
  journal::testing::SimulatedProcess owner{disk, 90};
  journal::BacklogOptions options;
  options.directory = kJournal;
  std::vector<std::uint16_t> types;
  for (const store::RecordType& known : rows.sensors().record_types) types.push_back(known.type);
  options.reader = {journal::read_identity(owner, kJournal).value(), types};
  journal::Backlog backlog{owner, std::move(options)};
  RowsOfJournal ledger{rows};
  EXPECT_EQ(store::detail::Replay(backlog, ledger, {}).run().waiting, 0U);
}

// The acknowledged reading alone stands there, and posts are judged by it.
void expect_after_restart(SimulatedDisk& disk, SensorsFixture& rows, std::int16_t acknowledged) {
  restart(disk, rows);
  EXPECT_EQ(rows.lines("SELECT \"timestamp\", temperature_centidegrees FROM readings ORDER BY 1"),
            (std::vector<std::string>{"60|1", "120|" + std::to_string(acknowledged)}));
  ReadingServer server{disk, rows};
  EXPECT_EQ(server.post(body_of(120, acknowledged)), "same");
  EXPECT_EQ(server.post(body_of(120, 99)), "other");
}

// Sync k fails, two clients hold one key, one retries; then restart and look again.
TEST_P(SensorsClassifier, OneReadingIsAcknowledgedAndFoundHoweverTheDiskFails) {
  SensorsFixture rows{GetParam()};
  for (int failing = 1; failing <= 6; ++failing) {
    for (const Fault fault : {Fault::error, Fault::partly}) {
      SCOPED_TRACE("sync " + std::to_string(failing));
      rows.clear();
      SimulatedDisk disk;
      disk.put("/d/", "");
      {
        journal::testing::SimulatedProcess maker{disk, 1};
        (void)journal::make_journal(maker, kJournal, {Uuid{{1, 2, 3}}, "sensors"});
      }
      std::int16_t acknowledged = 0;
      std::unique_ptr<SimulatedDisk> power_cut;
      {
        ReadingServer server{disk, rows};
        EXPECT_EQ(server.post(body_of(60, 1)), "new");
        int syncs = 0;
        disk.fail_with([&](const journal::testing::Step& step) {
          return step.operation == Operation::sync_data && ++syncs == failing ? fault : Fault::none;
        });
        const auto [a, b] = server.post_together(body_of(120, 2), body_of(120, 3));
        if (a == "new") acknowledged = 2;
        EXPECT_EQ(b, a == "new" ? "other" : "busy") << "an error is never a verdict";
        std::string retried = server.post(body_of(120, 3));
        if (retried == "busy") retried = server.post(body_of(120, 3));
        if (retried == "new") acknowledged = 3;
        disk.fail_with({});
        power_cut = disk.after_power_cut(static_cast<std::uint64_t>(failing));
      }
      ASSERT_NE(acknowledged, 0);
      expect_after_restart(*power_cut, rows, acknowledged);
      expect_after_restart(disk, rows, acknowledged);
    }
  }
}

}  // namespace
}  // namespace shelduck::sensors
