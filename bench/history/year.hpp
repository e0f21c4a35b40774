// A year of a machine's history: daily runs of 30 plugins with 3 steps each, their durations with
// noise and growing with the number of packages, one run in fifty failed; for each execution what
// the plugin estimated and what was forecast. The same for the same seed.
//
//   Year year{{.last_day = now}};
//   const std::vector<history::EncodedRecord> records = year.records();
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "shelduck/history/records/record.hpp"

namespace shelduck::bench {

inline constexpr int kPlugins = 30;

struct YearOptions {
  int days = 365;
  Instant last_day;
  std::uint64_t seed = 1;
};

class Year {
 public:
  explicit Year(YearOptions options) : options_(options), random_(options.seed) {}

  [[nodiscard]] std::vector<history::EncodedRecord> records() {
    std::vector<history::EncodedRecord> records;
    for (int day = 0; day < options_.days; ++day) add_run(records, day);
    return records;
  }

 private:
  [[nodiscard]] Uuid id(Instant at) {
    return new_uuid(at, [this](std::span<std::uint8_t> bytes) {
      for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    });
  }

  void add_run(std::vector<history::EncodedRecord>& records, int day) {
    Instant now = options_.last_day - std::chrono::hours{24 * (options_.days - 1 - day)};
    const history::RunKey run{history::RunId{id(now)}, "bench", now};
    records.push_back(history::to_journal(
        history::RunStarted{.key = run, .origin = history::Origin::exec, .created_at = now}));
    for (int plugin = 0; plugin < kPlugins; ++plugin)
      now = add_execution(records, run, now, plugin);
    records.push_back(history::to_journal(history::RunEnded{.key = run, .end_time = now}));
  }

  Instant add_execution(std::vector<history::EncodedRecord>& records, const history::RunKey& run,
                        Instant start, int plugin) {
    std::lognormal_distribution<double> noise{0, 0.2};
    const history::ExecutionKey key{history::ExecutionId{id(start)}, run.run_id, run.source, start};
    const auto packages = static_cast<std::int64_t>(1 + random_() % 40);
    records.push_back(history::to_journal(
        history::ExecutionStarted{.key = key,
                                  .origin = history::Origin::exec,
                                  .plugin_name = "plugin" + std::to_string(plugin),
                                  .packages_planned = packages,
                                  .created_at = start}));
    add_claims(records, key, plugin, packages);
    Instant now = start;
    static constexpr const char* kSteps[] = {"prepare", "download", "update"};
    for (int step = 0; step < 3; ++step) {
      const double seconds =
          (1 + plugin) * (0.5 + 0.05 * static_cast<double>(packages) * step) * noise(random_);
      const Instant end = now + Microseconds{static_cast<std::int64_t>(seconds * 1e6)};
      records.push_back(history::to_journal(history::StepMeasured{
          .key = key,
          .step_id = history::StepId{id(now)},
          .step_name = kSteps[step],
          .phase = static_cast<history::Phase>(step),
          .seq = step,
          .step_start = now,
          .step_end = end,
          .wall_clock_seconds = seconds,
          .cpu_user_seconds = 0.7 * seconds,
          .cpu_kernel_seconds = 0.1 * seconds,
          .memory_peak_bytes = static_cast<std::int64_t>(5e7 * noise(random_)),
          .download_size_bytes =
              step == 1 ? std::optional<std::int64_t>(packages * 100'000) : std::nullopt}));
      now = end;
    }
    const bool is_failure = random_() % 50 == 0;
    records.push_back(history::to_journal(history::ExecutionEnded{
        .key = key,
        .end_time = now,
        .status = is_failure ? history::Status::failed : history::Status::success,
        .exit_code = is_failure ? 1 : 0,
        .packages_updated = packages}));
    return now;
  }

  // What the plugin estimates, and what was forecast a second before it started.
  void add_claims(std::vector<history::EncodedRecord>& records, const history::ExecutionKey& key,
                  int plugin, std::int64_t packages) {
    const Instant before = key.start_time - std::chrono::seconds{1};
    const double expected = (1 + plugin) * (0.5 + 0.1 * static_cast<double>(packages));
    records.push_back(history::to_journal(
        history::EstimateMade{.key = key,
                              .estimate_id = history::EstimateId{id(key.start_time)},
                              .phase = history::Phase::execute,
                              .download_bytes_est = packages * 100'000,
                              .wall_seconds_est = expected,
                              .created_at = before}));
    records.push_back(history::to_journal(
        history::ForecastIssued{.forecast_id = history::ForecastId{id(before)},
                                .issued_at = before,
                                .plugin_name = "plugin" + std::to_string(plugin),
                                .target = "wall_clock_seconds",
                                .model = "regression",
                                .lower = 0.75 * expected,
                                .point = expected,
                                .upper = 1.3 * expected,
                                .n = 90,
                                .inputs = "{}"}));
  }

  YearOptions options_;
  std::mt19937_64 random_;
};

}  // namespace shelduck::bench
