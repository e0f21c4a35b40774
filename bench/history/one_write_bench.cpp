// What it costs to apply one record to a long history: processor time of a step that is written,
// applied and followed by what follows from it, once beside a month and once beside four years.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "figure.hpp"
#include "shelduck/history/domain.hpp"
#include "shelduck/history/store_record.hpp"
#include "shelduck/store/store.hpp"
#include "year.hpp"

namespace {

using namespace shelduck;  // NOLINT(google-build-using-namespace): a program of one file

constexpr int kMonth = 30;
constexpr int kFourYears = 1460;  // 43 800 executions
constexpr int kRounds = 40;
constexpr double kGoalMilliseconds = 8;

class Execution {
 public:
  explicit Execution(int number)
      : random_(static_cast<std::uint64_t>(number)), plugin_("plugin" + std::to_string(number)) {}

  // Each of them is written alone.
  [[nodiscard]] std::vector<store::Record> records() {
    const Instant now = system_clock()();
    const history::RunKey run{history::RunId{id(now)}, "bench", now};
    const history::ExecutionKey key{history::ExecutionId{id(now)}, run.run_id, run.source, now};
    return {history::store_record(history::RunStarted{
                .key = run, .origin = history::Origin::http, .created_at = now}),
            history::store_record(history::ExecutionStarted{.key = key,
                                                            .origin = history::Origin::http,
                                                            .plugin_name = plugin_,
                                                            .created_at = now}),
            history::store_record(history::StepMeasured{.key = key,
                                                        .step_id = history::StepId{id(now)},
                                                        .step_name = "download",
                                                        .phase = history::Phase::download,
                                                        .step_start = now,
                                                        .step_end = now + std::chrono::seconds{2},
                                                        .wall_clock_seconds = 2.0}),
            history::store_record(history::ExecutionEnded{
                .key = key, .end_time = now + std::chrono::seconds{3}, .exit_code = 0}),
            history::store_record(
                history::RunEnded{.key = run, .end_time = now + std::chrono::seconds{3}})};
  }

 private:
  [[nodiscard]] Uuid id(Instant at) {
    return new_uuid(at, [this](std::span<std::uint8_t> bytes) {
      for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    });
  }

  std::mt19937_64 random_;
  std::string plugin_;
};

constexpr std::array kWords{"run starts", "execution starts", "step", "execution ends", "run ends"};

// The median of each record of an execution, in milliseconds.
std::array<double, kWords.size()> costs(const std::filesystem::path& database, int days) {
  bench::Year year{{.days = days, .last_day = system_clock()() - std::chrono::hours{12}}};
  std::vector<store::Record> records;
  for (auto& record : year.records()) records.push_back({record.type, std::move(record.payload)});
  auto store = store::Store::open(database, history::domain({"bench", system_clock()}),
                                  {.purpose = store::Purpose::write});
  store.write(records);
  store.write(Execution{kRounds}.records());  // the segment of all that is left, and archived
  store.finish(Seconds{60});
  std::array<std::vector<double>, kWords.size()> seen;
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<store::Record> said = Execution{round}.records();
    for (std::size_t i = 0; i < said.size(); ++i) {
      const bench::Clock clock;
      store.write({&said[i], 1});
      seen[i].push_back(clock.milliseconds());
    }
  }
  store.close();
  std::array<double, kWords.size()> medians{};
  for (std::size_t i = 0; i < seen.size(); ++i) {
    std::ranges::sort(seen[i]);
    medians[i] = seen[i][seen[i].size() / 2];
  }
  return medians;
}

}  // namespace

int main() {
  std::string folder = (std::filesystem::temp_directory_path() / "shelduck-write-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 1;
  const auto month = costs(std::filesystem::path(folder) / "month.duckdb", kMonth);
  const auto years = costs(std::filesystem::path(folder) / "years.duckdb", kFourYears);
  std::filesystem::remove_all(folder);
  std::string seen;
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    std::array<char, 100> text{};
    std::snprintf(text.data(), text.size(), "%s%s %.1f (%.1f) ms", i == 0 ? "" : ", ", kWords[i],
                  years[i], month[i]);
    seen += text.data();
  }
  bench::print({.what = "one record applied where 43 800 executions are stored (where 900 are)",
                .goal = "8 ms of processor time each",
                .seen = seen,
                .is_reached = std::ranges::max(years) <= kGoalMilliseconds});
  return 0;
}
