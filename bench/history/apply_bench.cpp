// How many execution records a second a store takes out of its journal into a table that already
// holds a million rows: starts and ends merged, with the duplicate check and the positions.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "figure.hpp"
#include "shelduck/history/domain.hpp"
#include "shelduck/history/journal_types.hpp"
#include "shelduck/history/records/record.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/journal/writer.hpp"
#include "shelduck/store/store.hpp"

namespace {

using namespace shelduck;  // NOLINT(google-build-using-namespace): a program of one file

constexpr std::uint64_t kStored = 1'000'000;
constexpr std::uint64_t kNew = 150'000;  // executions a round: a start and an end each
constexpr int kRounds = 3;
constexpr double kGoal = 300'000;

Uuid numbered(Instant at, std::uint64_t number) {
  return new_uuid(at, [number](std::span<std::uint8_t> bytes) {
    std::uint64_t state = number * 0x9E3779B97F4A7C15ULL;
    for (std::uint8_t& byte : bytes) {
      state ^= state >> 29;
      state *= 0xBF58476D1CE4E5B9ULL;
      byte = static_cast<std::uint8_t>(state >> 56);
    }
  });
}

// A start and an end, a second after those of the number before.
std::vector<history::EncodedRecord> execution(std::uint64_t number) {
  const Instant origin = std::chrono::sys_days{std::chrono::year{2025} / 1 / 1};
  const Instant start = origin + std::chrono::seconds{number};
  const history::ExecutionKey key{history::ExecutionId{numbered(start, number)},
                                  history::RunId{numbered(origin, number / 1000)}, "bench", start};
  return {history::to_journal(
              history::ExecutionStarted{.key = key,
                                        .origin = history::Origin::exec,
                                        .plugin_name = "plugin" + std::to_string(number % 30),
                                        .created_at = start}),
          history::to_journal(history::ExecutionEnded{
              .key = key, .end_time = start + std::chrono::seconds{number % 100}, .exit_code = 0})};
}

// By a writer of its own, as another process would.
void write_journal(const std::filesystem::path& database, std::uint64_t first,
                   std::uint64_t count) {
  journal::PosixFileSystem files;
  const journal::WriterOptions options{.database = database.string(),
                                       .domain = "history",
                                       .types = history::journal_types(),
                                       .clock = system_clock(),
                                       .random = system_random()};
  journal::open_or_create_journal(files, options.database,
                                  {options.domain, options.clock, options.random});
  journal::Writer writer{files, options};
  for (std::uint64_t i = first; i < first + count; ++i) {
    const auto records = execution(i);
    const std::array<journal::RecordView, 2> views{
        {{records[0].type, records[0].payload}, {records[1].type, records[1].payload}}};
    static_cast<void>(writer.append(views));
  }
}

double records_per_second(const std::filesystem::path& database) {
  auto store = store::Store::open(database, history::domain({"bench", system_clock()}),
                                  {.purpose = store::Purpose::write});
  const auto begin = std::chrono::steady_clock::now();
  const store::ApplyReport report = store.apply();
  const Seconds passed = std::chrono::steady_clock::now() - begin;
  if (report.quarantined + report.waiting != 0) throw std::runtime_error("not all was applied");
  std::fprintf(stderr, "apply: %llu records in %.2f s\n",
               static_cast<unsigned long long>(report.applied), passed.count());
  store.finish(Seconds{60});
  store.close();
  return static_cast<double>(report.applied) / passed.count();
}

double median_rate(const std::filesystem::path& database) {
  write_journal(database, 0, kStored);
  records_per_second(database);
  std::vector<double> rates;
  for (std::uint64_t round = 0; round < kRounds; ++round) {
    write_journal(database, kStored + round * kNew, kNew);
    rates.push_back(records_per_second(database));
  }
  std::ranges::sort(rates);
  return rates[rates.size() / 2];
}

}  // namespace

int main() {
  std::string folder = (std::filesystem::temp_directory_path() / "shelduck-apply-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 1;
  const double rate = median_rate(std::filesystem::path(folder) / "history.duckdb");
  std::filesystem::remove_all(folder);
  std::array<char, 100> seen{};
  std::snprintf(seen.data(), seen.size(), "%.0f a second", rate);
  bench::print({.what =
                    "execution records applied from the journal, start and end merged, duplicate "
                    "check, table of 1 M rows",
                .goal = "300000 a second",
                .seen = seen.data(),
                .is_reached = rate >= kGoal});
  return 0;
}
