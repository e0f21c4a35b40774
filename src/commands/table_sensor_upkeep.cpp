#include <array>

#include "shelduck/commands/sensor_options.hpp"
#include "shelduck/commands/table_options.hpp"
#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

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

constexpr std::array<Command, 3> kSensorUpkeepCommands{
    {{.path = "sensors prune",
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
      .exit_codes = kAdminCodes}}};

}  // namespace

std::span<const Command> sensor_upkeep_commands() { return kSensorUpkeepCommands; }

}  // namespace shelduck::commands
