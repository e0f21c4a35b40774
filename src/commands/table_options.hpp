// Options that several commands share, so that one word means one thing everywhere.
#pragma once

#include <array>

#include "shelduck/commands/table.hpp"

namespace shelduck::commands {

inline constexpr std::array<std::string_view, 3> kPhases{"CHECK", "DOWNLOAD", "EXECUTE"};
inline constexpr std::array<std::string_view, 4> kTargets{
    "wall_clock_seconds", "cpu_seconds", "memory_peak_bytes", "download_size_bytes"};

inline constexpr Option kDays{.name = "days",
                              .letter = 'd',
                              .type = ValueType::positive,
                              .value_name = "N",
                              .fallback = "90",
                              .help = "Look at the last N days.",
                              .source = Source::setting};
inline constexpr Option kPhase{.name = "phase",
                               .type = ValueType::choice,
                               .value_name = "PHASE",
                               .fallback = "EXECUTE",
                               .choices = kPhases,
                               .help = "The phase of the work."};
inline constexpr Option kPackages{.name = "packages",
                                  .type = ValueType::count,
                                  .value_name = "N",
                                  .help = "How many packages the work covers, if known before."};
inline constexpr Option kDownloadBytes{.name = "download-bytes",
                                       .type = ValueType::bytes,
                                       .value_name = "BYTES",
                                       .help = "How much there is to download, if known before."};
inline constexpr Option kLevel{
    .name = "level",
    .type = ValueType::level,
    .value_name = "LEVEL",
    .fallback = "90",
    .help = "How often the interval shall hold the truth: 90 for percent, or 0.9.",
    .source = Source::setting};
inline constexpr std::array<std::string_view, 2> kBackends{"duckdb", "sqlite"};
inline constexpr Option kBackend{
    .name = "backend",
    .type = ValueType::choice,
    .value_name = "ENGINE",
    .choices = kBackends,
    .help =
        "What a new file of readings is made with; one that is there says itself what it is. "
        "duckdb by default.",
    .source = Source::setting};
inline constexpr Option kYes{
    .name = "yes", .letter = 'y', .help = "Do it without asking; needed where nobody can answer."};
inline constexpr Option kDryRun{
    .name = "dry-run", .letter = 'n', .help = "Say what would be done, and change nothing."};

inline constexpr std::array<int, 5> kQuestionCodes{0, 1, 2, 4, 5};
inline constexpr std::array<int, 6> kLookupCodes{0, 1, 2, 3, 4, 5};
inline constexpr std::array<int, 7> kAdminCodes{0, 1, 2, 3, 4, 5, 6};
inline constexpr std::array<int, 3> kLocalCodes{0, 1, 2};
inline constexpr std::array<int, 6> kFileCodes{0, 1, 2, 3, 6, 130};

}  // namespace shelduck::commands
