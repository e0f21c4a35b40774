// Readings through a service over a real journal: what was acknowledged is in every question asked
// afterwards, after a new start, and in a database that is made anew from the journal.
#include "shelduck/store/service.hpp"

#include <gtest/gtest.h>

#include <future>

#include "shelduck/journal/writer.hpp"
#include "shelduck/sensors/backends/sensors_fixture.hpp"
#include "shelduck/sensors/claim.hpp"
#include "shelduck/sensors/readings_query.hpp"
#include "shelduck/store/restore.hpp"

namespace shelduck::sensors {
namespace {

Reading taken_at(std::int64_t timestamp, std::int16_t temperature) {
  return {.node_address = 18446744073709551615U,
          .timestamp = timestamp,
          .temperature_centidegrees = temperature,
          .humidity_centipercent = 4800,
          .flags = 0,
          .received_at = timestamp};
}

class SensorsService : public OnEveryBackend {
 protected:
  SensorsService() {
    options_.purpose = store::Purpose::write;
    options_.floor_bytes = 0;
  }

  Verdict post(const std::vector<Reading>& readings) {
    std::vector<IncomingRow> rows;
    for (const Reading& r : readings) rows.push_back({.reading = r});
    const auto verdict = std::make_shared<Verdict>();
    std::promise<void> answered;
    service().record(
        {.claim = claim_of(std::move(rows), {.now = Instant{}, .source = "http"}, verdict),
         .done = [&](store::Said) { answered.set_value(); },
         .failed =
             [&](const Error& error) { answered.set_exception(std::make_exception_ptr(error)); }});
    answered.get_future().get();
    return *verdict;
  }

  ReadingsPage page() {
    std::promise<ReadingsPage> answered;
    service().ask(
        {.work =
             [&](store::Connection& connection) {
               const auto readings = open_readings(connection);
               answered.set_value(ask(*readings, ReadingsOptions{}));
             },
         .failed =
             [&](const Error& error) { answered.set_exception(std::make_exception_ptr(error)); },
         .patience = Seconds{60}});
    return answered.get_future().get();
  }

  store::Service& service() {
    if (!service_) service_.emplace(path_, domain_, options_, store::ServiceOptions{});
    return *service_;
  }

  SensorsFolder folder_;
  std::filesystem::path path_ = folder_.path() / "sensors.db";
  store::Domain domain_ = domain_on(GetParam());
  store::OpenOptions options_;
  std::optional<store::Service> service_;
};
INSTANTIATE_TEST_SUITE_P(Of, SensorsService, kEveryBackend, name_of_backend);

TEST_P(SensorsService, WhatWasAcknowledgedIsInEveryQuestionAndJudgesWhatFollows) {
  for (std::int16_t i = 0; i < 20; ++i) {
    EXPECT_EQ(post({taken_at(60 * i, i)}).inserted, 1);
    EXPECT_EQ(page().total, i + 1);
    EXPECT_EQ(post({taken_at(60 * i, i)}).duplicates, 1);
  }
  service_.reset();
  EXPECT_EQ(post({taken_at(0, 0), taken_at(60, 9)}).conflicts, 1);
  EXPECT_EQ(page().total, 20);
}

// A program that reads a serial line writes a journal of its own: only it and the server meet when
// records are applied.
TEST_P(SensorsService, OfTwoProcessesReadingsOneStaysAndARebuildSaysTheSame) {
  EXPECT_EQ(post({taken_at(60, 1)}).inserted, 1);
  {
    journal::PosixFileSystem files;
    journal::Writer other{files,
                          {.database = journal::canonical_path(path_.string()),
                           .domain = "sensors",
                           .types = domain_.record_types,
                           .clock = system_clock(),
                           .random = system_random(),
                           .floor_bytes = 0}};
    const store::Record record =
        recorded(ReadingsTaken{{taken_at(60, 2), taken_at(120, 3), taken_at(60, 1)}});
    const journal::RecordView view{record.type, record.payload};
    other.commit(other.append({&view, 1}));
  }
  const ReadingsPage before = page();
  EXPECT_EQ(before.total, 2);
  EXPECT_EQ(post({before.readings[1]}).duplicates, 1);
  service_.reset();
  const store::RebuildReport report = store::rebuild(path_, domain_, options_);
  EXPECT_EQ(report.differing, std::vector<std::string>{});
  EXPECT_EQ(page().readings, before.readings);
}

TEST_P(SensorsService, AParquetFileHasTheColumnsOfTheJsonReading) {
  options_.export_directory = folder_.path();
  EXPECT_EQ(post({taken_at(60, -5), taken_at(120, 2200)}).inserted, 2);
  const std::filesystem::path file = folder_.path() / "readings.parquet";
  std::promise<std::int64_t> written;
  service().ask(
      {.work =
           [&](store::Connection& connection) {
             written.set_value(write_parquet(
                 connection, file,
                 {.node_address = 18446744073709551615U, .range = {.start = 60, .end = 60}}));
           },
       .failed = [&](const Error& error) { written.set_exception(std::make_exception_ptr(error)); },
       .patience = Seconds{60}});
  EXPECT_EQ(written.get_future().get(), 1);
  store::Database reader = store::Database::in_memory({.export_directories = {folder_.path()}});
  store::Connection connection{reader};
  std::vector<std::string> columns;
  for (const store::Row row : connection.query("SELECT column_name || ' ' || column_type FROM "
                                               "(DESCRIBE SELECT * FROM read_parquet(?))",
                                               {file.string()})) {
    columns.push_back(row.get<std::string>(0));
  }
  EXPECT_EQ(columns, (std::vector<std::string>{
                         "node_address UBIGINT", "timestamp BIGINT", "temperature_celsius DOUBLE",
                         "humidity_percent DOUBLE", "temperature_raw SMALLINT",
                         "humidity_raw USMALLINT", "flags UTINYINT", "received_at BIGINT"}));
  const auto value =
      connection.value<double>("SELECT temperature_celsius FROM read_parquet(?)", {file.string()});
  EXPECT_EQ(value, -0.05);
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".rows")) << "what was passing is gone";
}

}  // namespace
}  // namespace shelduck::sensors
