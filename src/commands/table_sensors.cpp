#include <array>

#include "shelduck/commands/sensor_options.hpp"
#include "shelduck/commands/table_options.hpp"
#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

constexpr Option kSensorPage{.name = "limit",
                             .letter = 'l',
                             .type = ValueType::whole,
                             .value_name = "N",
                             .fallback = "1000",
                             .help = "At most N readings, 1 to 10000.",
                             .range = kSensorPageRange};

constexpr std::array<Positional, 1> kSensorNode{
    {{.name = "NODE", .type = ValueType::address, .help = "The node's address."}}};
constexpr std::array<Positional, 1> kSensorMaybeNode{{{.name = "NODE",
                                                       .type = ValueType::address,
                                                       .need = Need::optional,
                                                       .help = "Only this one, by its address."}}};

constexpr std::array<Option, 2> kSensorDatabaseOnly{kSensorDatabase, kBackend};
constexpr std::array<Option, 4> kSensorWindowOptions{kSensorDatabase, kBackend, kSensorStart,
                                                     kSensorEnd};
constexpr std::array<Example, 2> kSensorNodesExamples{
    {{"shelduck sensors nodes", "who is there, since when, and is it online?"},
     {"shelduck sensors nodes 42 --json", "one node, for a program"}}};

constexpr std::array<Option, 7> kSensorListOptions{{kSensorDatabase,
                                                    kBackend,
                                                    kSensorNodeAddress,
                                                    kSensorStart,
                                                    kSensorEnd,
                                                    kSensorPage,
                                                    {.name = "offset",
                                                     .type = ValueType::whole,
                                                     .value_name = "N",
                                                     .fallback = "0",
                                                     .help = "Leave out the first N.",
                                                     .range = WholeRange{}}}};
constexpr std::array<Example, 2> kSensorListExamples{
    {{"shelduck sensors list --limit 10", "the ten newest readings of all nodes"},
     {"shelduck sensors list --node-address 42 --start-time 2026-05-01 --format csv",
      "one node's from the first of May on"}}};

constexpr std::array<Option, 6> kSensorReadingsOptions{
    {kSensorDatabase,
     kBackend,
     kSensorStart,
     kSensorEnd,
     {.name = "limit",
      .letter = 'l',
      .type = ValueType::whole,
      .value_name = "N",
      .fallback = "100",
      .help = "At most N readings, 1 to 10000, the newest ones.",
      .range = kSensorPageRange},
     {.name = "downsample",
      .type = ValueType::positive,
      .value_name = "N",
      .help = "At most N points instead, each the mean of as much time as the others.",
      .range = kSensorPageRange}}};
constexpr std::array<Example, 2> kSensorReadingsExamples{
    {{"shelduck sensors readings 42", "the hundred newest readings of a node"},
     {"shelduck sensors readings 42 --start-time 2026-05-01 --downsample 500",
      "a line of at most 500 points, for a chart"}}};

constexpr std::array<Example, 1> kSensorLatestExamples{
    {{"shelduck sensors latest 42", "what the node said last"}}};
constexpr std::array<Example, 2> kSensorStatsExamples{
    {{"shelduck sensors stats 42", "least, greatest, mean and percentiles of all it said"},
     {"shelduck sensors stats 42 --start-time 2026-05-01 --end-time 2026-05-31", "of May alone"}}};
constexpr std::array<Example, 1> kSensorHourlyExamples{
    {{"shelduck sensors hourly 42 --start-time 2026-05-01", "hour by hour, the newest first"}}};
constexpr std::array<Example, 1> kSensorDailyExamples{
    {{"shelduck sensors daily 42 --tz Europe/Warsaw", "days as the clocks of Warsaw cut them"}}};

constexpr std::array<Option, 5> kSensorQualityOptions{
    {kSensorDatabase,
     kBackend,
     kSensorStart,
     kSensorEnd,
     {.name = "expected-interval",
      .type = ValueType::whole,
      .value_name = "SECONDS",
      .help = "How far apart readings should be; the median of what is there by default.",
      .range = WholeRange{1, 253'402'300'799}}}};
constexpr std::array<Example, 1> kSensorQualityExamples{
    {{"shelduck sensors quality 42 --expected-interval 60",
      "what is missing, what stands out, what got stuck"}}};

constexpr std::array<Option, 4> kSensorForecastOptions{{kSensorDatabase,
                                                        kBackend,
                                                        {.name = "horizon",
                                                         .type = ValueType::positive,
                                                         .value_name = "H",
                                                         .fallback = "24",
                                                         .help = "How many steps ahead.",
                                                         .range = WholeRange{1, 1000}},
                                                        kLevel}};
constexpr std::array<Example, 1> kSensorForecastExamples{
    {{"shelduck sensors forecast 42 --horizon 12", "the next twelve readings of a node"}}};

constexpr std::array<std::string_view, 2> kSensorExportFormats{"csv", "parquet"};
constexpr std::array<Option, 7> kSensorExportOptions{
    {kSensorDatabase,
     kBackend,
     kSensorNodeAddress,
     kSensorStart,
     kSensorEnd,
     {.name = "format",
      .letter = 'f',
      .type = ValueType::choice,
      .value_name = "FORMAT",
      .fallback = "csv",
      .choices = kSensorExportFormats,
      .help = "How it is written."},
     {.name = "out",
      .letter = 'o',
      .type = ValueType::path,
      .value_name = "FILE",
      .help = "The file to make; standard output by default."}}};
constexpr std::array<Example, 2> kSensorExportExamples{
    {{"shelduck sensors export >readings.csv", "every reading, the newest first"},
     {"shelduck sensors export --node-address 42 --format parquet --out 42.parquet",
      "one node's, as Parquet"}}};

constexpr std::array<Command, 10> kSensorsCommands{
    {{.path = "sensors nodes",
      .summary = "List the nodes that have sent readings",
      .description = "When each was seen first and last, how many readings it has, and whether it "
                     "is online: heard of in the last five minutes.",
      .command_class = CommandClass::question,
      .options = kSensorDatabaseOnly,
      .positionals = kSensorMaybeNode,
      .examples = kSensorNodesExamples,
      .exit_codes = kLookupCodes},
     {.path = "sensors list",
      .summary = "List readings, the newest first",
      .description = "Readings of one second stand by node.",
      .command_class = CommandClass::question,
      .options = kSensorListOptions,
      .examples = kSensorListExamples,
      .exit_codes = kQuestionCodes},
     {.path = "sensors readings",
      .summary = "The readings of one node, or a line through them",
      .description = "The newest ones, the newest first; with --downsample means of equal spans of "
                     "time, the oldest first.",
      .command_class = CommandClass::question,
      .options = kSensorReadingsOptions,
      .positionals = kSensorNode,
      .examples = kSensorReadingsExamples,
      .exit_codes = kLookupCodes},
     {.path = "sensors latest",
      .summary = "The newest reading of a node",
      .description = "The one with the greatest timestamp.",
      .command_class = CommandClass::question,
      .options = kSensorDatabaseOnly,
      .positionals = kSensorNode,
      .examples = kSensorLatestExamples,
      .exit_codes = kLookupCodes},
     {.path = "sensors stats",
      .summary = "Statistics of one node",
      .description = "Least, greatest and mean value, median, 95th and 99th percentile.",
      .command_class = CommandClass::question,
      .options = kSensorWindowOptions,
      .positionals = kSensorNode,
      .examples = kSensorStatsExamples,
      .exit_codes = kLookupCodes},
     {.path = "sensors hourly",
      .summary = "Statistics of one node, hour by hour",
      .description = "The newest hour first; hours without a reading are left out.",
      .command_class = CommandClass::question,
      .options = kSensorWindowOptions,
      .positionals = kSensorNode,
      .examples = kSensorHourlyExamples,
      .exit_codes = kLookupCodes},
     {.path = "sensors daily",
      .summary = "Statistics of one node, day by day",
      .description = "--tz names the zone whose midnights cut the days; the newest day first.",
      .command_class = CommandClass::question,
      .options = kSensorWindowOptions,
      .positionals = kSensorNode,
      .examples = kSensorDailyExamples,
      .exit_codes = kLookupCodes},
     {.path = "sensors quality",
      .summary = "Gaps, outliers and stuck values of one node",
      .description = "A gap is more than one and a half intervals without a reading; an outlier is "
                     "far from the readings around it, by their spread; completeness is the share "
                     "of the readings that should be there.",
      .command_class = CommandClass::question,
      .options = kSensorQualityOptions,
      .positionals = kSensorNode,
      .examples = kSensorQualityExamples,
      .exit_codes = kLookupCodes},
     {.path = "sensors forecast",
      .summary = "The next values of a node, with intervals",
      .description = "Temperature and humidity at the times of the readings to come. Nothing is "
                     "stored.",
      .command_class = CommandClass::question,
      .options = kSensorForecastOptions,
      .positionals = kSensorNode,
      .examples = kSensorForecastExamples,
      .exit_codes = kLookupCodes},
     {.path = "sensors export",
      .summary = "Write readings as CSV or Parquet",
      .description = "CSV has the newest first; Parquet the order in which they are stored.",
      .command_class = CommandClass::question,
      .options = kSensorExportOptions,
      .examples = kSensorExportExamples,
      .exit_codes = kQuestionCodes,
      .without = kWithoutJson}}};

}  // namespace

std::span<const Command> sensors_commands() { return kSensorsCommands; }

}  // namespace shelduck::commands
