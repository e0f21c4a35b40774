// For tests of the sensors rooms, each of which runs on every backend: a database of its own with
// the sensors tables, into which records are applied without a journal, in batches as the test
// likes.
//
//   class SensorsApplier : public OnEveryBackend {};
//   TEST_P(SensorsApplier, ...) { SensorsFixture store{GetParam()}; ... }
//   INSTANTIATE_TEST_SUITE_P(Of, SensorsApplier, kEveryBackend, name_of_backend);
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/sensors/records/record.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/quarantine_desk.hpp"

namespace shelduck::sensors {

// Without removing what it makes, a thousand cases of a property would fill the disk.
class SensorsFolder {
 public:
  SensorsFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "shelduck-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
  }
  ~SensorsFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  SensorsFolder(const SensorsFolder&) = delete;
  SensorsFolder& operator=(const SensorsFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

template <class Record>
[[nodiscard]] store::Record recorded(const Record& record) {
  return {static_cast<std::uint16_t>(Record::kType), encode(record)};
}

class OnEveryBackend : public ::testing::TestWithParam<store::Backend> {};
inline const auto kEveryBackend = ::testing::Values(store::Backend::duckdb, store::Backend::sqlite);
inline std::string name_of_backend(const ::testing::TestParamInfo<store::Backend>& info) {
  return std::string(store::word_of(info.param));
}

class SensorsFixture {
 public:
  explicit SensorsFixture(store::Backend backend)
      : domain_(domain_on(backend)),
        database_(store::Database::open(
            folder_.path() / "sensors.db",
            {.backend = backend, .locking = store::Locking::none, .threads = 1})) {
    store::migrate(database_, "store", store::base_migrations(), {});
    store::migrate(database_, "sensors", domain_.migrations, {});
    connection_.emplace(database_);
    if (!domain_.staging_sql.empty()) connection_->run_script(domain_.staging_sql);
  }

  [[nodiscard]] store::Connection& connection() { return *connection_; }
  [[nodiscard]] const store::Domain& sensors() const { return domain_; }

  void apply(const std::vector<store::Record>& records) {
    std::vector<store::Frame> frames;
    for (const store::Record& record : records) {
      frames.push_back({record.type, record.payload, {Uuid{}, ++sequence_}});
    }
    store::Transaction transaction{*connection_};
    store::detail::QuarantineDesk desk{transaction};
    const LogSink log = silent();
    events_.clear();
    store::ApplyContext context{transaction, desk, log, &events_};
    domain_.apply(context, frames);
    transaction.commit();
  }

  void take(const std::vector<Reading>& readings) { apply({recorded(ReadingsTaken{readings})}); }

  // What the last batch announced.
  [[nodiscard]] const std::vector<store::Events>& events() const { return events_; }

  // Takes every row out again, which is faster than another database.
  void clear() {
    for (const char* table : {"readings", "nodes", "retention", "refused_rows", "refused_dropped",
                              "refused_evicted", "quarantine"}) {
      connection_->execute("DELETE FROM " + std::string(table));
    }
  }

  // The words of SQL that show a column of addresses as texts.
  [[nodiscard]] std::string shown(const std::string& column) const {
    if (domain_.backend == store::Backend::duckdb) return column + "::VARCHAR";
    return "printf('%u', (" + column + " | (1 << 63)) - (" + column + " & (1 << 63)))";
  }

  // One text line a row, in the order of `sql`.
  [[nodiscard]] std::vector<std::string> lines(const std::string& sql) {
    std::vector<std::string> lines;
    const store::Result result = connection_->query(sql);
    for (const store::Row row : result) {
      std::string line;
      for (std::size_t i = 0; i < result.columns().size(); ++i) {
        if (i > 0) line += '|';
        line += to_csv_field(row.document(i));
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

  // Of every table but those that the digests leave out.
  [[nodiscard]] std::vector<std::string> content() {
    std::vector<std::string> all;
    for (const std::string& sql :
         {"SELECT " + shown("node_address") +
              ", \"timestamp\", temperature_centidegrees, humidity_centipercent, flags, "
              "received_at FROM readings ORDER BY node_address, \"timestamp\"",
          "SELECT " + shown("address") +
              ", label, total_readings, first_seen_at, newest_received_at, newest_timestamp, "
              "newest_temperature_centidegrees, newest_humidity_centipercent, newest_flags, "
              "newest_reading_received_at FROM nodes ORDER BY address",
          std::string("SELECT edge, refused_before FROM retention"),
          "SELECT id, \"at\", source, field, reason, " + shown("node_address") +
              ", \"timestamp\", \"text\" FROM refused_rows ORDER BY id",
          std::string("SELECT id, \"at\" FROM refused_dropped ORDER BY id"),
          std::string("SELECT id FROM quarantine ORDER BY id")}) {
      for (std::string& line : lines(sql)) all.push_back(std::move(line));
    }
    return all;
  }

  // Rows that break a rule of the domain.
  [[nodiscard]] std::vector<std::string> broken_rules() {
    std::vector<std::string> broken;
    for (const store::CheckRule& rule : domain_.rules) {
      if (rule.severity != store::CheckRule::Severity::broken) continue;
      if (!lines(rule.sql).empty()) broken.push_back(rule.name);
    }
    return broken;
  }

 private:
  SensorsFolder folder_;
  store::Domain domain_;
  store::Database database_;
  std::optional<store::Connection> connection_;
  std::uint64_t sequence_ = 0;
  std::vector<store::Events> events_;
};

}  // namespace shelduck::sensors
