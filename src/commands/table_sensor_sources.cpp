#include <array>

#include "shelduck/commands/sensor_options.hpp"
#include "shelduck/commands/table_options.hpp"
#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

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

constexpr std::array<std::string_view, 5> kWithoutDatabase{"db", "json", "wait", "tz",
                                                           "disk-floor"};

constexpr std::array<Command, 2> kSensorSourceCommands{
    {{.path = "sensors serial",
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

std::span<const Command> sensor_source_commands() { return kSensorSourceCommands; }

}  // namespace shelduck::commands
