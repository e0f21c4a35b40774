#include <array>

#include "shelduck/commands/table_options.hpp"
#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

// Of every command here in place of the common --db, whose setting names the history.
constexpr Option kSensorDatabase{
    .name = "db",
    .type = ValueType::path,
    .value_name = "PATH",
    .help = "The database file; sensors.duckdb in $XDG_DATA_HOME/shelduck by default.",
    .source = Source::setting,
    .setting = "sensors"};
constexpr Option kSensorStart{
    .name = "start-time",
    .type = ValueType::moment,
    .value_name = "TIME",
    .help = "Only readings from this second on: Unix seconds or an instant."};
constexpr Option kSensorEnd{.name = "end-time",
                            .type = ValueType::moment,
                            .value_name = "TIME",
                            .help = "Only readings up to this second, itself included."};
constexpr Option kSensorNodeAddress{.name = "node-address",
                                    .type = ValueType::address,
                                    .value_name = "NODE",
                                    .help = "Only readings of this node."};
constexpr WholeRange kSensorPageRange{1, 10'000};
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

constexpr std::array<Option, 5> kSensorPruneOptions{
    {kSensorDatabase,
     kBackend,
     {.name = "older-than",
      .type = ValueType::age,
      .value_name = "AGE",
      .help = "Remove readings that are older, for example 400d.",
      .need = Need::required},
     kYes,
     kDryRun}};
constexpr std::array<Example, 1> kSensorPruneExamples{
    {{"shelduck sensors prune --older-than 400d --dry-run", "what would go"}}};

constexpr std::array<Option, 5> kSensorRefusedOptions{
    {kSensorDatabase,
     kBackend,
     {.name = "reason",
      .type = ValueType::text,
      .value_name = "WORDS",
      .help = "Only rows that were refused in these very words."},
     {.name = "limit",
      .letter = 'l',
      .type = ValueType::whole,
      .value_name = "N",
      .fallback = "100",
      .help = "At most N rows, 1 to 10000.",
      .range = kSensorPageRange},
     {.name = "cursor",
      .type = ValueType::text,
      .value_name = "CURSOR",
      .help = "Go on where the answer with this cursor ended."}}};
constexpr std::array<Example, 2> kSensorRefusedExamples{
    {{"shelduck sensors quarantine list", "what was sent and is no reading, and why"},
     {"shelduck sensors quarantine list --json", "for a program, with ids and what was sent"}}};
constexpr std::array<std::string_view, 2> kSensorRefusedFormats{"csv", "ndjson"};
constexpr std::array<Option, 5> kSensorRefusedExportOptions{
    {kSensorDatabase,
     kBackend,
     {.name = "reason",
      .type = ValueType::text,
      .value_name = "WORDS",
      .help = "Only rows that were refused in these very words."},
     {.name = "format",
      .letter = 'f',
      .type = ValueType::choice,
      .value_name = "FORMAT",
      .fallback = "csv",
      .choices = kSensorRefusedFormats,
      .help = "How it is written."},
     {.name = "out",
      .letter = 'o',
      .type = ValueType::path,
      .value_name = "FILE",
      .help = "The file to make; standard output by default."}}};
constexpr std::array<Example, 2> kSensorRefusedExportExamples{
    {{"shelduck sensors quarantine export >refused.csv", "every refused row, for a spreadsheet"},
     {"shelduck sensors quarantine export --format ndjson --out refused.ndjson",
      "an object a line, with the text as it was sent"}}};
constexpr std::array<Positional, 1> kSensorRefusedIds{
    {{.name = "ID",
      .need = Need::optional,
      .times = Times::many,
      .help = "Rows of the list, by their ids or the first digits of them; all by default."}}};
constexpr std::array<Option, 5> kSensorDropOptions{
    {kSensorDatabase,
     kBackend,
     {.name = "older-than",
      .type = ValueType::age,
      .value_name = "AGE",
      .help = "Only rows that were refused longer ago, for example 30d; all by default."},
     kYes,
     kDryRun}};
constexpr std::array<Example, 2> kSensorDropExamples{
    {{"shelduck sensors quarantine drop --older-than 30d --dry-run", "what would go"},
     {"shelduck sensors quarantine drop 5f0c7a52 --yes",
      "one row; it comes back when it is sent again"}}};

constexpr std::array<Option, 4> kSensorMigrateOptions{
    {kSensorDatabase,
     kBackend,
     {.name = "from",
      .type = ValueType::path,
      .value_name = "FILE",
      .help = "The older program's SQLite file, which is only read.",
      .need = Need::required},
     {.name = "to",
      .type = ValueType::path,
      .value_name = "FILE",
      .help = "The database that takes the readings, new or not; that of --db by default."}}};
constexpr std::array<Example, 2> kSensorMigrateExamples{
    {{"shelduck sensors migrate --from /data/sensor_data.db --to /data/sensors.duckdb",
      "bring everything over, and compare"},
     {"shelduck sensors migrate --from /data/sensor_data.db --to /data/sensors.duckdb --json",
      "once more, with what came meanwhile, for a program"}}};

constexpr std::array<Option, 3> kSensorRollbackOptions{
    {kSensorDatabase,
     kBackend,
     {.name = "to",
      .type = ValueType::path,
      .value_name = "FILE",
      .help = "The older program's SQLite file: a new one, or one that gets what it lacks.",
      .need = Need::required}}};
constexpr std::array<Example, 1> kSensorRollbackExamples{
    {{"shelduck sensors rollback --to /data/sensor_data.db",
      "write what the older program needs to go on"}}};

constexpr std::array<Positional, 1> kSensorDevice{
    {{.name = "DEVICE",
      .type = ValueType::path,
      .help = "The serial device, such as /dev/ttyUSB0; - is standard input and output."}}};
constexpr std::array<std::string_view, 10> kSensorBauds{
    "1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200", "230400", "921600"};
constexpr std::array<std::string_view, 2> kSensorKeys{"device", "address"};
constexpr std::array<Option, 4> kSensorSerialOptions{
    {kSensorDatabase,
     kBackend,
     {.name = "baud",
      .type = ValueType::choice,
      .value_name = "N",
      .fallback = "115200",
      .choices = kSensorBauds,
      .help = "The speed of the line."},
     {.name = "key",
      .type = ValueType::choice,
      .value_name = "KEY",
      .fallback = "device",
      .choices = kSensorKeys,
      .help = "What names a node: the number of its device, or its address in the radio network, "
              "which is all that older hubs send."}}};
constexpr std::array<Example, 2> kSensorSerialExamples{
    {{"shelduck sensors serial /dev/ttyUSB0", "store what a hub sends, until Ctrl-C"},
     {"shelduck sensors serial - --key address <hub.log", "what a hub has sent, from a file"}}};
constexpr std::array<int, 6> kSensorSerialCodes{0, 1, 2, 3, 4, 6};

constexpr std::array<std::string_view, 2> kSensorSimulatedFormats{"ndjson", "line"};
constexpr std::array<Option, 6> kSensorSimulateOptions{
    {{.name = "nodes",
      .type = ValueType::positive,
      .value_name = "N",
      .fallback = "10",
      .help = "How many nodes; their addresses are 1 to N."},
     {.name = "days",
      .letter = 'd',
      .type = ValueType::positive,
      .value_name = "D",
      .fallback = "1",
      .help = "How many days of readings."},
     {.name = "interval",
      .type = ValueType::positive,
      .value_name = "SECONDS",
      .fallback = "60",
      .help = "From one reading of a node to its next."},
     {.name = "seed",
      .type = ValueType::count,
      .value_name = "K",
      .fallback = "1",
      .help = "Another number makes other readings, the same one the same."},
     {.name = "start-time",
      .type = ValueType::moment,
      .value_name = "TIME",
      .fallback = "1767225600",
      .help = "The first second: Unix seconds or an instant; the beginning of 2026 by default."},
     {.name = "format",
      .letter = 'f',
      .type = ValueType::choice,
      .value_name = "FORMAT",
      .fallback = "ndjson",
      .choices = kSensorSimulatedFormats,
      .help = "JSON, a reading a line, or InfluxDB line protocol with times in seconds."}}};
constexpr std::array<Example, 2> kSensorSimulateExamples{
    {{"shelduck sensors simulate | curl -H 'Content-Type: application/x-ndjson' --data-binary @- "
      "http://localhost:8700/api/sensor-data",
      "a day of ten nodes, to a server"},
     {"shelduck sensors simulate --nodes 3 --days 365 --format line >year.lines",
      "a year of three nodes, as InfluxDB line protocol"}}};

// What --format says there is no JSON of a whole.
constexpr std::array<std::string_view, 1> kWithoutJson{"json"};
constexpr std::array<std::string_view, 5> kWithoutDatabase{"db", "json", "wait", "tz",
                                                           "disk-floor"};

constexpr std::array<Command, 18> kSensorsCommands{
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
      .without = kWithoutJson},
     {.path = "sensors quarantine list",
      .summary = "List rows that were sent and are no readings",
      .description = "Broken rows, and those that contradict a stored reading of the same node and "
                     "second, with the reason, the newest first. The newest 100000 are kept.",
      .command_class = CommandClass::question,
      .options = kSensorRefusedOptions,
      .examples = kSensorRefusedExamples,
      .exit_codes = kQuestionCodes},
     {.path = "sensors quarantine export",
      .summary = "Write refused rows as CSV or NDJSON",
      .description = "All that are kept, the newest first, with what was sent and the node and "
                     "second that it is about, where that could be read.",
      .command_class = CommandClass::question,
      .options = kSensorRefusedExportOptions,
      .examples = kSensorRefusedExportExamples,
      .exit_codes = kQuestionCodes,
      .without = kWithoutJson},
     {.path = "sensors quarantine drop",
      .summary = "Give refused rows up",
      .description = "All, those of some age, or those with an ID: not both. Asks on a terminal; "
                     "elsewhere --yes is needed.",
      .command_class = CommandClass::admin,
      .options = kSensorDropOptions,
      .positionals = kSensorRefusedIds,
      .examples = kSensorDropExamples,
      .exit_codes = kAdminCodes},
     {.path = "sensors prune",
      .summary = "Remove old readings",
      .description =
          "Asks on a terminal; elsewhere --yes is needed. What was removed stays away: readings "
          "that are older than a prune has reached are refused from then on.",
      .command_class = CommandClass::admin,
      .options = kSensorPruneOptions,
      .examples = kSensorPruneExamples,
      .exit_codes = kAdminCodes},
     {.path = "sensors migrate",
      .summary = "Bring readings over from an older program's SQLite file",
      .description =
          "Takes every legal row; the others are kept as refused rows with their reason. Then "
          "number, sums and a digest of each node's readings are compared, and exit code 5 says "
          "that they differ. The file is only read, also while its program writes it. Run again, "
          "also after a kill, it takes what is missing. Only while no other process owns the "
          "database.",
      .command_class = CommandClass::admin,
      .options = kSensorMigrateOptions,
      .examples = kSensorMigrateExamples,
      .exit_codes = kAdminCodes},
     {.path = "sensors rollback",
      .summary = "Write readings back for an older program, as its SQLite file",
      .description =
          "Makes a file that the older program opens, or adds to one of its files what that lacks; "
          "then compares number, sums and a digest of each node's readings, and only then is it in "
          "place: exit code 5 says that they differ and nothing was changed. Nodes whose addresses "
          "that program cannot hold (2^63 or more) stay here, with a refused row each. Only while "
          "no other process owns the database; stop the older program too.",
      .command_class = CommandClass::admin,
      .options = kSensorRollbackOptions,
      .examples = kSensorRollbackExamples,
      .exit_codes = kAdminCodes},
     {.path = "sensors serial",
      .summary = "Store what a hub sends over a serial line",
      .description =
          "Follows the hub's lines SENSOR_BATCH, SENSOR_RECORD, BATCH_COMPLETE and SENSOR_DATA and "
          "answers each batch with BATCH_ACK and 0 when all of its records are safe on the disk, "
          "as readings or in quarantine, else 1: then the node sends them again.\n\n"
          "The records go to a journal of this process beside the database, so a server may run at "
          "the same time and shows them at once. The device is opened exclusively and waited for "
          "when it goes away. Ctrl-C, SIGTERM and the end of standard input end the command.",
      .command_class = CommandClass::local,
      .options = kSensorSerialOptions,
      .positionals = kSensorDevice,
      .examples = kSensorSerialExamples,
      .exit_codes = kSensorSerialCodes},
     {.path = "sensors simulate",
      .summary = "Make readings up, for a trial",
      .description =
          "Writes readings to standard output; nothing is stored. Each node has a climate of its "
          "own: a wave over the day, weather, drift and noise. As real nodes do, they lose "
          "readings, fall silent, say now and then what cannot be, and get stuck on one value.",
      .command_class = CommandClass::local,
      .options = kSensorSimulateOptions,
      .examples = kSensorSimulateExamples,
      .exit_codes = kLocalCodes,
      .without = kWithoutDatabase}}};

}  // namespace

std::span<const Command> sensors_commands() { return kSensorsCommands; }

}  // namespace shelduck::commands
