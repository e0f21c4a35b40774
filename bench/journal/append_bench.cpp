// Durable single records a second, from 64 threads and from one, through the journal and through
// SQLite with its write-ahead log and synchronous=FULL. The rounds of the two alternate.
//
//   append                               on the disk of the temporary folder
//   LD_PRELOAD=DIR/slow_sync.so append   where each sync takes 2 ms
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "figure.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/journal/writer.hpp"
#include "sqlite.hpp"

namespace {

using namespace shelduck;  // NOLINT(google-build-using-namespace): a program of one file

constexpr int kRounds = 3;
constexpr std::chrono::milliseconds kRound{1000};
constexpr int kManyThreads = 64;
constexpr std::uint16_t kType = 1;
// As long as the start of an execution is with its usual fields.
const std::string kPayload(120, 'x');

using Append = std::function<void()>;  // one durable record; belongs to one thread

double records_per_second(const std::vector<Append>& appends) {
  std::atomic<std::uint64_t> count = 0;
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    threads.reserve(appends.size());
    for (const Append& append : appends) {
      threads.emplace_back([&append, &count, begin] {
        while (std::chrono::steady_clock::now() < begin + kRound) {
          append();
          ++count;
        }
      });
    }
  }
  const Seconds passed = std::chrono::steady_clock::now() - begin;
  return static_cast<double>(count) / passed.count();
}

double journal_rate(const std::filesystem::path& folder, int threads) {
  journal::PosixFileSystem files;
  const journal::WriterOptions options{.database = (folder / "bench.duckdb").string(),
                                       .domain = "bench",
                                       .types = {{kType}},
                                       .clock = system_clock(),
                                       .random = system_random()};
  journal::open_or_create_journal(files, options.database,
                                  {options.domain, options.clock, options.random});
  journal::Writer writer{files, options};
  const Append append = [&writer] {
    const journal::RecordView record{kType, kPayload};
    writer.commit(writer.append({&record, 1}));
  };
  append();  // makes the segment
  return records_per_second(std::vector<Append>(static_cast<std::size_t>(threads), append));
}

double sqlite_rate(const std::filesystem::path& folder, int threads) {
  std::vector<std::unique_ptr<bench::SqliteTable>> tables;
  std::vector<Append> appends;
  for (int i = 0; i < threads; ++i) {
    tables.push_back(std::make_unique<bench::SqliteTable>(folder / "record.sqlite"));
    appends.emplace_back([table = tables.back().get()] { table->append(kPayload); });
  }
  appends.front()();  // makes the log
  return records_per_second(appends);
}

template <class Rate>
double in_new_folder(const Rate& rate, int threads) {
  std::string folder = (std::filesystem::temp_directory_path() / "shelduck-append-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no folder " + folder);
  const double found = rate(std::filesystem::path(folder), threads);
  std::filesystem::remove_all(folder);
  return found;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Without a goal the figure stands beside the others only to be seen.
void compare(const std::string& disk, int threads, std::optional<double> goal) {
  std::vector<double> journal;
  std::vector<double> sqlite;
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    journal.push_back(in_new_folder(journal_rate, threads));
    sqlite.push_back(in_new_folder(sqlite_rate, threads));
    ratios.push_back(journal.back() / sqlite.back());
  }
  std::array<char, 100> seen{};
  std::array<char, 100> wanted{"-"};
  std::snprintf(seen.data(), seen.size(), "%.0f against %.0f: %.2f times", median(journal),
                median(sqlite), median(ratios));
  if (goal) std::snprintf(wanted.data(), wanted.size(), "%.1f times SQLite", *goal);
  bench::print({.what = "durable single records a second, " + std::to_string(threads) +
                        (threads == 1 ? " thread, " : " threads, ") + disk,
                .goal = wanted.data(),
                .seen = seen.data(),
                .is_reached = !goal || median(ratios) >= *goal});
}

}  // namespace

int main() {
  const bool is_slowed = ::dlsym(RTLD_DEFAULT, "shelduck_slow_sync") != nullptr;
  constexpr double kManyGoal = 10;
  constexpr double kOneGoal = 1;
  if (is_slowed) {
    compare("every sync 2 ms", kManyThreads, kManyGoal);
    compare("every sync 2 ms", 1, kOneGoal);
  } else {
    compare("the real disk", kManyThreads, {});
    compare("the real disk", 1, {});
  }
  return 0;
}
