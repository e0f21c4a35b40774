// For tests of the importers: a real store in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/history/domain.hpp"
#include "shelduck/interop/json_import.hpp"
#include "shelduck/interop/log_import.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::interop {

using Lines = std::vector<std::string>;

inline Instant at(std::string_view text) { return parse_instant(text).value().instant; }

class HistoryUnderTest {
 public:
  HistoryUnderTest() {
    std::string name =
        (std::filesystem::temp_directory_path() / "shelduck-interop-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw system_error("mkdtemp", name, errno);
    folder_ = name;
    std::filesystem::create_directory(export_folder());
    const Clock clock = clock_();
    domain_ = history::domain({.boot_id = "boot", .clock = clock});
    store_.emplace(store::Store::open(folder_ / "history.duckdb", domain_,
                                      {.purpose = store::Purpose::write,
                                       .clock = clock,
                                       .export_directory = export_folder(),
                                       .floor_bytes = 0}));
    store_->apply();
  }
  ~HistoryUnderTest() {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  HistoryUnderTest(const HistoryUnderTest&) = delete;
  HistoryUnderTest& operator=(const HistoryUnderTest&) = delete;

  [[nodiscard]] store::Store& store() { return *store_; }
  [[nodiscard]] std::filesystem::path export_folder() const { return folder_ / "it's exported"; }

  ImportReport import_log_text(logs::Format format, const std::string& text,
                               const std::string& source = "host") {
    std::vector<logs::LogPart> parts;
    parts.push_back({.name = "test", .bytes = logs::memory_bytes(text)});
    logs::LineSource lines{std::move(parts)};
    return import_log(target_of(*store_), lines,
                      {.format = format,
                       .source = source,
                       .hostname = {},
                       .reading = {.zone = logs::LocalZone{}, .year = 2024},
                       .clock = clock_(),
                       .random = system_random()});
  }

  ImportReport import_json_text(std::string text, JsonImportOptions options = {}) {
    if (options.source.empty()) options.source = "host";
    options.clock = clock_();
    options.random = system_random();
    std::size_t done = 0;
    return import_json(
        target_of(*store_),
        [text = std::move(text), done](char* space, std::size_t size) mutable {
          const std::size_t count = std::min({size, text.size() - done, std::size_t{1000}});
          std::memcpy(space, text.data() + done, count);
          done += count;
          return count;
        },
        options);
  }

  template <class... Records>
  void write(const Records&... records) {
    std::vector<store::Record> all;
    (all.push_back({history::to_journal(records).type, history::to_journal(records).payload}), ...);
    store_->write(all);
  }

  // One text line a row, in the order of `sql`.
  [[nodiscard]] Lines lines(const std::string& sql) {
    Lines lines;
    const store::Result result = store_->connection().query(sql);
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

  [[nodiscard]] Lines executions() {
    return lines(
        "SELECT start_time, plugin_name, status, end_time FROM plugin_executions "
        "ORDER BY start_time, execution_id");
  }

  [[nodiscard]] std::int64_t count(const std::string& table) {
    return store_->connection().value<std::int64_t>("SELECT count(*) FROM " + table);
  }

  // Every row of the tables that the export carries, hashes and all.
  [[nodiscard]] Lines everything() {
    Lines all;
    for (const char* table :
         {"runs", "plugin_executions", "step_metrics", "estimates", "forecasts", "plugin_aliases",
          "(SELECT * EXCLUDE (is_laid_on) FROM field_updates)"}) {
      all.emplace_back(table);
      Lines rows = lines("SELECT * FROM " + std::string(table) + " ORDER BY ALL");
      all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
  }

 private:
  static Clock clock_() {
    return [] { return at("2026-06-01T00:00:00Z"); };
  }

  std::filesystem::path folder_;
  store::Domain domain_;
  std::optional<store::Store> store_;
};

// "read imported updated unchanged pruned rejected"
inline std::string told(const Verdicts& v) {
  std::string text;
  for (const std::int64_t n : {v.read, v.imported, v.updated, v.unchanged, v.pruned, v.rejected}) {
    text += (text.empty() ? "" : " ") + std::to_string(n);
  }
  return text;
}

}  // namespace shelduck::interop
