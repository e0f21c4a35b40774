#include <array>

#include "shelduck/commands/table_options.hpp"
#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

constexpr std::array<std::string_view, 7> kMetrics{
    "wall_clock_seconds", "cpu_seconds",         "memory_peak_bytes", "io_read_bytes",
    "io_write_bytes",     "download_size_bytes", "packages_updated"};
constexpr std::array<std::string_view, 3> kGranularities{"day", "week", "month"};
constexpr std::array<std::string_view, 1> kSplits{"item"};
constexpr std::array<std::string_view, 3> kExportFormats{"json", "csv", "parquet"};
constexpr std::array<std::string_view, 9> kImportFormats{"json",   "apt", "dpkg",   "pacman", "dnf",
                                                         "dnfrpm", "yum", "emerge", "ninja"};

constexpr std::array<Positional, 1> kPlugin{{{.name = "PLUGIN", .help = "The plugin's name."}}};
constexpr std::array<Positional, 1> kMaybePlugin{
    {{.name = "PLUGIN", .need = Need::optional, .help = "Only this plugin."}}};

constexpr std::array<Option, 3> kRunsOptions{
    {kDays,
     {.name = "limit",
      .letter = 'l',
      .type = ValueType::positive,
      .value_name = "N",
      .fallback = "50",
      .help = "At most N runs."},
     {.name = "next",
      .type = ValueType::text,
      .value_name = "CURSOR",
      .help = "Go on where the answer with this cursor ended."}}};
constexpr std::array<Example, 2> kRunsExamples{
    {{"shelduck history runs --days 30", "the runs of the last month, the newest first"},
     {"shelduck history runs --limit 5 --json", "the last five, for a program"}}};

constexpr std::array<Positional, 1> kRunId{{{.name = "ID", .help = "The run's id."}}};
constexpr std::array<Example, 1> kShowExamples{
    {{"shelduck history show 01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21",
      "one run with its executions, steps and estimates"}}};

constexpr std::array<Option, 2> kStatsOptions{
    {kDays,
     {.name = "by",
      .type = ValueType::choice,
      .value_name = "WHAT",
      .choices = kSplits,
      .help = "Split a plugin by its items: packages of emerge, outputs of ninja."}}};
constexpr std::array<Example, 3> kStatsExamples{
    {{"shelduck history stats", "every plugin of the last 90 days"},
     {"shelduck history stats emerge --by item", "which packages take long"},
     {"shelduck history stats apt --days 365 --format csv", "one plugin for a spreadsheet"}}};

constexpr std::array<Option, 1> kDaysOnly{kDays};
constexpr std::array<Example, 2> kDailyExamples{
    {{"shelduck history daily --days 14", "totals of the last two weeks"},
     {"shelduck history daily --tz Europe/Warsaw", "days as the clocks of Warsaw cut them"}}};

constexpr std::array<Option, 3> kTrendOptions{{{.name = "metric",
                                                .letter = 'm',
                                                .type = ValueType::choice,
                                                .value_name = "METRIC",
                                                .fallback = "wall_clock_seconds",
                                                .choices = kMetrics,
                                                .help = "What to follow."},
                                               {.name = "granularity",
                                                .letter = 'g',
                                                .type = ValueType::choice,
                                                .value_name = "UNIT",
                                                .fallback = "week",
                                                .choices = kGranularities,
                                                .help = "How much time one point covers."},
                                               kDays}};
constexpr std::array<Example, 2> kTrendExamples{
    {{"shelduck history trend apt", "has apt become slower, week by week?"},
     {"shelduck history trend apt --metric memory_peak_bytes --granularity month",
      "its peak memory by month"}}};

constexpr std::array<Option, 2> kSeriesOptions{{{.name = "target",
                                                 .letter = 't',
                                                 .type = ValueType::choice,
                                                 .value_name = "TARGET",
                                                 .fallback = "wall_clock_seconds",
                                                 .choices = kTargets,
                                                 .help = "Which value to list."},
                                                kDays}};
constexpr std::array<Example, 1> kSeriesExamples{
    {{"shelduck history series apt --target cpu_seconds --format csv",
      "every execution of apt with its CPU time"}}};
constexpr std::array<Example, 1> kAccuracyExamples{
    {{"shelduck history accuracy", "how far the plugins' own estimates were off"}}};

constexpr std::array<Option, 2> kExportOptions{
    {{.name = "format",
      .letter = 'f',
      .type = ValueType::choice,
      .value_name = "FORMAT",
      .fallback = "json",
      .choices = kExportFormats,
      .help = "json imports back to equal rows; csv and parquet make one file a table."},
     {.name = "output",
      .letter = 'o',
      .type = ValueType::path,
      .value_name = "PATH",
      .help = "A file for json (standard output by default), a new folder for csv and parquet."}}};
constexpr std::array<Example, 2> kExportExamples{
    {{"shelduck history export >history.json", "everything, as JSON"},
     {"shelduck history export --format parquet --output history-parquet",
      "one Parquet file a table"}}};

constexpr std::array<Positional, 2> kImportPositionals{
    {{.name = "FORMAT",
      .type = ValueType::choice,
      .choices = kImportFormats,
      .help = "Whose log it is."},
     {.name = "FILE",
      .type = ValueType::path,
      .need = Need::optional,
      .times = Times::many,
      .help =
          "Log files, plain, .gz or .xz, rotated ones as one history; the standard paths of the "
          "format by default (json and ninja need a file)."}}};
constexpr std::array<Option, 4> kImportOptions{
    {{.name = "source",
      .type = ValueType::text,
      .value_name = "NAME",
      .help = "Whose history it is; this host for the standard paths, else the file's folder and "
              "name."},
     {.name = "host",
      .type = ValueType::text,
      .value_name = "NAME",
      .help = "The host name to keep with the runs; none by default."},
     {.name = "assume-tz",
      .type = ValueType::zone,
      .value_name = "ZONE",
      .fallback = "UTC",
      .help = "The zone of times that name no offset.",
      .source = Source::setting},
     {.name = "year",
      .type = ValueType::positive,
      .value_name = "YEAR",
      .help = "The year in which a log begins that writes none (yum, old dnf)."}}};
constexpr std::array<Example, 3> kImportExamples{
    {{"shelduck history import apt", "this machine's apt logs, rotated ones too"},
     {"shelduck history import ninja build/.ninja_log", "what each output of a build took"},
     {"shelduck history import emerge /mnt/old/var/log/emerge.log --source old-box --assume-tz "
      "Europe/Berlin",
      "another machine's log"}}};

constexpr std::array<Option, 4> kPruneOptions{
    {{.name = "older-than",
      .type = ValueType::age,
      .value_name = "AGE",
      .help = "Remove runs that began longer ago, for example 400d."},
     {.name = "keep-size",
      .type = ValueType::bytes,
      .value_name = "SIZE",
      .help = "Remove the oldest runs until the file fits, for example 100MB."},
     kYes,
     kDryRun}};
constexpr std::array<Example, 2> kPruneExamples{
    {{"shelduck history prune --older-than 400d --dry-run", "what would go"},
     {"shelduck history prune --keep-size 100MB --yes", "shrink the file, without asking"}}};
constexpr std::array<Positional, 1> kTrainedPlugins{{{.name = "PLUGIN",
                                                      .need = Need::optional,
                                                      .times = Times::many,
                                                      .help = "All of them by default."}}};
constexpr std::array<Example, 2> kTrainExamples{
    {{"shelduck history train", "every plugin; a nightly job is a good place"},
     {"shelduck history train apt --json", "one of them, with the errors of all candidates"}}};
constexpr std::array<int, 6> kRecordCodes{0, 1, 2, 3, 4, 6};

constexpr std::array<Command, 11> kHistoryCommands{
    {{.path = "history runs",
      .summary = "List runs, the newest first",
      .description = "One line a run: when, where, who, how it went and how long it took.",
      .command_class = CommandClass::question,
      .options = kRunsOptions,
      .examples = kRunsExamples,
      .exit_codes = kQuestionCodes},
     {.path = "history show",
      .summary = "Show one run with all that is known about it",
      .description = "The run, its executions, their steps with every measurement, and estimates.",
      .command_class = CommandClass::question,
      .positionals = kRunId,
      .examples = kShowExamples,
      .exit_codes = kLookupCodes},
     {.path = "history stats",
      .summary = "Statistics per plugin",
      .description =
          "Executions, success rate over finished ones, mean, median and 95th percentile "
          "of the wall clock over successes, CPU, memory and bytes. Plugins that only "
          "failed are listed.",
      .command_class = CommandClass::question,
      .options = kStatsOptions,
      .positionals = kMaybePlugin,
      .examples = kStatsExamples,
      .exit_codes = kLookupCodes},
     {.path = "history daily",
      .summary = "Totals per day",
      .description = "Executions by status, and the time during which anything ran (spans that "
                     "overlap count once). --tz names the zone whose midnights cut the days.",
      .command_class = CommandClass::question,
      .options = kDaysOnly,
      .examples = kDailyExamples,
      .exit_codes = kQuestionCodes},
     {.path = "history trend",
      .summary = "One metric of one plugin over time",
      .description = "Count, mean, least, greatest and 95th percentile per day, week or month.",
      .command_class = CommandClass::question,
      .options = kTrendOptions,
      .positionals = kPlugin,
      .examples = kTrendExamples,
      .exit_codes = kLookupCodes},
     {.path = "history series",
      .summary = "Every execution of one plugin, one value each",
      .description =
          "The observations that the forecasts learn from, with status and size of work.",
      .command_class = CommandClass::question,
      .options = kSeriesOptions,
      .positionals = kPlugin,
      .examples = kSeriesExamples,
      .exit_codes = kLookupCodes},
     {.path = "history accuracy",
      .summary = "How good the plugins' own estimates were",
      .description =
          "Bias, mean absolute error, mean absolute logarithmic error and pinball loss of "
          "what plugins claimed before the work.",
      .command_class = CommandClass::question,
      .options = kDaysOnly,
      .positionals = kMaybePlugin,
      .examples = kAccuracyExamples,
      .exit_codes = kLookupCodes},
     {.path = "history export",
      .summary = "Write the whole history as JSON, CSV or Parquet",
      .description =
          "The JSON form imports back to equal rows with `shelduck history import json`.",
      .command_class = CommandClass::question,
      .options = kExportOptions,
      .examples = kExportExamples,
      .exit_codes = kQuestionCodes},
     {.path = "history import",
      .summary = "Take in another program's log",
      .description =
          "The source is never changed. Importing the same log twice changes nothing and says so; "
          "an entry that has become more complete is updated. A run is taken whole or not at all: "
          "rejected ones go to quarantine with the reason, the rest goes on, and the exit code is "
          "1. "
          "What was read, imported and rejected is counted and printed.",
      .command_class = CommandClass::record,
      .options = kImportOptions,
      .positionals = kImportPositionals,
      .examples = kImportExamples,
      .exit_codes = kRecordCodes},
     {.path = "history prune",
      .summary = "Remove old runs and shrink the file",
      .description =
          "Asks on a terminal; elsewhere --yes is needed. Needs --older-than, --keep-size "
          "or both.",
      .command_class = CommandClass::admin,
      .options = kPruneOptions,
      .examples = kPruneExamples,
      .exit_codes = kAdminCodes},
     {.path = "history train",
      .summary = "Fit the models that are too slow to fit at every question",
      .description =
          "Fits an ensemble to the successful runs of each plugin, phase and target of which there "
          "are 30, lets it compete with the quick models, and keeps it where it wins. predict, "
          "remaining and exec go on with it as runs come; after old runs were pruned or imported, "
          "train again. Shows what is chosen, and by how much the ensemble is ahead of the others.",
      .command_class = CommandClass::admin,
      .positionals = kTrainedPlugins,
      .examples = kTrainExamples,
      .exit_codes = kAdminCodes}}};

}  // namespace

std::span<const Command> history_commands() { return kHistoryCommands; }

}  // namespace shelduck::commands
