// For tests of the history room: a database of its own with the history tables, into which records
// are applied without a journal, in batches as the test likes.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "shelduck/history/applier.hpp"
#include "shelduck/history/domain.hpp"
#include "shelduck/history/records/record.hpp"
#include "shelduck/history/staging.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/quarantine_desk.hpp"

namespace shelduck::history {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "shelduck-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class HistoryFixture {
 public:
  HistoryFixture()
      : domain_(domain({.boot_id = "boot", .clock = [] { return Instant{}; }})),
        database_(store::Database::open(folder_.path() / "history.duckdb",
                                        {.locking = store::Locking::none, .threads = 1})) {
    store::migrate(database_, "store", store::base_migrations(), {});
    store::migrate(database_, "history", domain_.migrations, {});
    connection_.emplace(database_);
    connection_->run_script(domain_.staging_sql);
  }

  [[nodiscard]] store::Connection& connection() { return *connection_; }
  [[nodiscard]] const store::Domain& history() const { return domain_; }

  // Applies the records as one batch that came from `segment`.
  void apply(const std::vector<EncodedRecord>& records, const Uuid& segment = {}) {
    std::vector<store::Frame> frames;
    for (const EncodedRecord& record : records) {
      frames.push_back({record.type, record.payload, {segment, ++sequence_}});
    }
    store::Transaction transaction{*connection_};
    store::detail::QuarantineDesk desk{transaction};
    const LogSink log = silent();
    events_.clear();
    store::ApplyContext context{transaction, desk, log, &events_};
    domain_.apply(context, frames);
    transaction.commit();
  }

  // What the last batch announced, an event a line.
  [[nodiscard]] std::vector<std::string> events() const {
    std::vector<std::string> lines;
    for (const store::Events& told : events_) {
      for (std::size_t i = 0; i < told.size; ++i) lines.push_back(told.type + " " + told.json(i));
    }
    return lines;
  }

  template <class... Records>
  void apply_all(const Records&... records) {
    apply({to_journal(records)...});
  }

  // Takes every row out again, which is faster than another database.
  void clear() {
    for (const char* table : {"runs", "plugin_executions", "step_metrics", "estimates", "forecasts",
                              "plugin_aliases", "models", "field_updates", "tombstones",
                              "prune_horizons", "open_executions", "quarantine"}) {
      connection_->execute("DELETE FROM " + std::string(table));
    }
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

 private:
  TemporaryFolder folder_;
  store::Domain domain_;
  store::Database database_;
  std::optional<store::Connection> connection_;
  std::uint64_t sequence_ = 0;
  std::vector<store::Events> events_;
};

}  // namespace shelduck::history
