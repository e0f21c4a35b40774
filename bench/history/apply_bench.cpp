// How many execution records a second are applied into a table that already holds a million rows:
// starts and ends merged, with the duplicate check, in batches as the store hands them over.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "shelduck/history/applier.hpp"
#include "shelduck/history/domain.hpp"
#include "shelduck/history/records/record.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/quarantine_desk.hpp"

namespace {

using namespace shelduck;

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

// `count` executions from number `first` on, a second apart, a start and an end each.
std::vector<history::EncodedRecord> executions(std::uint64_t first, std::uint64_t count) {
  std::vector<history::EncodedRecord> records;
  records.reserve(2 * count);
  const Instant origin = std::chrono::sys_days{std::chrono::year{2025} / 1 / 1};
  for (std::uint64_t i = first; i < first + count; ++i) {
    const Instant start = origin + std::chrono::seconds{i};
    const history::ExecutionKey key{history::ExecutionId{numbered(start, i)},
                                    history::RunId{numbered(origin, i / 1000)}, "bench", start};
    records.push_back(history::to_journal(
        history::ExecutionStarted{.key = key,
                                  .origin = history::Origin::exec,
                                  .plugin_name = "plugin" + std::to_string(i % 30),
                                  .created_at = start}));
    records.push_back(history::to_journal(history::ExecutionEnded{
        .key = key, .end_time = start + std::chrono::seconds{i % 100}, .exit_code = 0}));
  }
  return records;
}

void apply(store::Connection& connection, const store::Domain& domain,
           const std::vector<history::EncodedRecord>& records) {
  static std::uint64_t sequence = 0;
  constexpr std::size_t kBatch = 50'000;
  for (std::size_t i = 0; i < records.size(); i += kBatch) {
    std::vector<store::Frame> frames;
    for (std::size_t j = i; j < std::min(i + kBatch, records.size()); ++j) {
      frames.push_back({records[j].type, records[j].payload, {Uuid{}, ++sequence}});
    }
    store::Transaction transaction{connection};
    store::detail::QuarantineDesk desk{transaction};
    const LogSink log = silent();
    store::ApplyContext context{transaction, desk, log};
    domain.apply(context, frames);
    transaction.commit();
  }
}

}  // namespace

int main() {
  char folder[] = "/tmp/shelduck-bench-XXXXXX";
  if (mkdtemp(folder) == nullptr) return 1;
  {
    const store::Domain domain = history::domain({"bench", [] { return Instant{}; }});
    auto database =
        store::Database::open(std::filesystem::path(folder) / "history.duckdb",
                              {.locking = store::Locking::none, .memory_bytes = 256'000'000});
    store::migrate(database, "store", store::base_migrations(), {});
    store::migrate(database, "history", domain.migrations, {});
    store::Connection connection{database};
    connection.run_script(domain.staging_sql);
    apply(connection, domain, executions(0, 1'000'000));
    for (int round = 0; round < 3; ++round) {
      const auto records =
          executions(1'000'000 + static_cast<std::uint64_t>(round) * 150'000, 150'000);
      const auto begin = std::chrono::steady_clock::now();
      apply(connection, domain, records);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      std::printf("apply: %.0f records/s (%zu records in %.3f s, table of %d rows)\n",
                  static_cast<double>(records.size()) / took.count(), records.size(), took.count(),
                  1'000'000 + round * 150'000);
    }
  }
  std::filesystem::remove_all(folder);
  return 0;
}
