// Records one update run through the installed library, and asks for it.
//
//   record_and_query FOLDER ENGINE_PROGRAM
//
// The collector's calls are durable when they return and open no database; the store then applies
// what they left in the journal, and answers. The engine program (libexec/shelduck/engine) is used
// only where the last owner of the database did not end well: it tries the file in a child process.
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/core/time.hpp"
#include "shelduck/history/collector.hpp"
#include "shelduck/history/domain.hpp"
#include "shelduck/store/store.hpp"

namespace {

namespace history = shelduck::history;
namespace store = shelduck::store;

void record(const std::filesystem::path& database) {
  history::Collector collector{{.database = database.string(), .source = "example"}};
  const auto run = collector.start_run();
  const auto apt = collector.start_plugin_execution(run, {.plugin_name = "apt"});
  const auto download = collector.start_step(apt, "download", history::Phase::download);
  collector.end_step(download, {.download_size_bytes = 5'000'000});
  collector.end_plugin_execution(apt, {.packages_updated = 3});
  collector.end_run(run);
}

void query(const std::filesystem::path& database, const std::filesystem::path& engine) {
  constexpr std::string_view kExecutions =
      "SELECT e.plugin_name, e.status, e.packages_updated, m.step_name, m.download_size_bytes "
      "FROM plugin_executions AS e JOIN step_metrics AS m USING (execution_id) "
      "ORDER BY e.start_time, m.seq";
  const auto domain = history::domain({.boot_id = "", .clock = shelduck::system_clock()});
  auto session = store::Store::open(database, domain, {.engine = engine});
  session.apply();
  for (const store::Row row : session.connection().query(kExecutions)) {
    std::cout << row.get<std::string>(0) << ' ' << row.get<std::string>(1) << ", "
              << row.get<std::int64_t>(2) << " packages, " << row.get<std::string>(3) << ' '
              << row.get<std::int64_t>(4) << " bytes\n";
  }
  session.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: record_and_query FOLDER ENGINE_PROGRAM\n";
    return 2;
  }
  try {
    const std::filesystem::path database = std::filesystem::path{argv[1]} / "history.duckdb";
    record(database);
    query(database, argv[2]);
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "record_and_query: " << e.what() << '\n';
    return 1;
  }
}
