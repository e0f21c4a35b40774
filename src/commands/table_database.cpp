#include <array>

#include "shelduck/commands/table_options.hpp"
#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

constexpr std::array<std::string_view, 2> kBackupFormats{"duckdb", "parquet"};

constexpr std::array<Option, 1> kCheckOptions{
    {{.name = "deep", .help = "Also compare every row with the journal and its digests."}}};
constexpr std::array<Example, 2> kCheckExamples{
    {{"shelduck db check", "every structural and cross-table rule"},
     {"shelduck db check --deep", "and every row against its journal record"}}};

constexpr std::array<Example, 2> kStatsOfFileExamples{
    {{"shelduck db stats", "what memory, file and journal hold"},
     {"shelduck db stats --json", "the same for a program"}}};

constexpr std::array<Positional, 1> kNewFolder{
    {{.name = "DIR",
      .type = ValueType::path,
      .help = "A folder that does not exist yet; with --keep, the stem of its name."}}};
constexpr std::array<Option, 2> kBackupOptions{
    {{.name = "format",
      .letter = 'f',
      .type = ValueType::choice,
      .value_name = "FORMAT",
      .fallback = "duckdb",
      .choices = kBackupFormats,
      .help = "One database file, or Parquet files."},
     {.name = "keep",
      .type = ValueType::positive,
      .value_name = "N",
      .help = "Make DIR-<moment>, and keep the N newest such backups of this database."}}};
constexpr std::array<Example, 2> kBackupExamples{
    {{"shelduck db backup /backup/history", "a verified copy, while others go on"},
     {"shelduck db backup /backup/history --keep 7",
      "each day: makes /backup/history-20260501T030000Z, and the last seven stay"}}};

constexpr std::array<Positional, 1> kBackupFolder{
    {{.name = "DIR", .type = ValueType::path, .help = "A folder that `db backup` made."}}};
constexpr std::array<Option, 2> kDestructive{kYes, kDryRun};
constexpr std::array<Example, 2> kRestoreExamples{
    {{"shelduck db restore /backup/history --dry-run", "what would change"},
     {"shelduck db restore /backup/history --yes", "restore; the old file is kept aside"}}};
constexpr std::array<Example, 1> kRebuildExamples{
    {{"shelduck db rebuild --yes", "make the database again from backup, archive and journal"}}};
constexpr std::array<Option, 1> kMigrateOptions{kDryRun};
constexpr std::array<Example, 2> kMigrateExamples{
    {{"shelduck db migrate --dry-run", "which migrations are pending"},
     {"shelduck db migrate", "apply them, after a backup"}}};

constexpr std::array<Positional, 1> kQuarantineIds{{{.name = "ID",
                                                     .type = ValueType::uuid,
                                                     .need = Need::optional,
                                                     .times = Times::many,
                                                     .help = "Rows of the list; all by default."}}};
constexpr std::array<Example, 1> kListExamples{
    {{"shelduck db quarantine list", "what was refused, and why"}}};
constexpr std::array<Example, 1> kRetryExamples{
    {{"shelduck db quarantine retry", "a second chance for all of it"}}};
constexpr std::array<Example, 2> kDropExamples{
    {{"shelduck db quarantine drop --dry-run", "what would go"},
     {"shelduck db quarantine drop 5f0c7a52-9f0e-8b6c-9a3d-2b1f4c6d8e90 --yes", "drop one row"}}};

constexpr std::array<Command, 9> kDatabaseCommands{
    {{.path = "db check",
      .summary = "Prove that the database is sound",
      .description =
          "Exit code 5 says that ranges are damaged, rules broken or digests different. "
          "Torn tails, open executions and rejected imports are reported with exit code 0.",
      .command_class = CommandClass::admin,
      .options = kCheckOptions,
      .examples = kCheckExamples,
      .exit_codes = kAdminCodes},
     {.path = "db stats",
      .summary = "Show what the database takes of memory and disk",
      .description = "Memory of the engine by component, rows of each table, sizes of the file, "
                     "its log and the journal, and how many records wait. With a server they are "
                     "the server's.",
      .command_class = CommandClass::admin,
      .examples = kStatsOfFileExamples,
      .exit_codes = kAdminCodes},
     {.path = "db backup",
      .summary = "Copy the database, verified",
      .description = "Online, into a new folder, verified by opening it again and comparing row "
                     "counts and digests, then renamed into place.",
      .command_class = CommandClass::admin,
      .options = kBackupOptions,
      .positionals = kNewFolder,
      .examples = kBackupExamples,
      .exit_codes = kAdminCodes},
     {.path = "db restore",
      .summary = "Go back to a backup",
      .description = "Into a new file, verified, then swapped in; the old file is kept aside. Only "
                     "while no other process owns the database.",
      .command_class = CommandClass::admin,
      .options = kDestructive,
      .positionals = kBackupFolder,
      .examples = kRestoreExamples,
      .exit_codes = kAdminCodes},
     {.path = "db rebuild",
      .summary = "Make the database again from its journal",
      .description = "From backup, archive and journal into a new file; digests are compared, then "
                     "it is swapped in. Only while no other process owns the database.",
      .command_class = CommandClass::admin,
      .options = kDestructive,
      .examples = kRebuildExamples,
      .exit_codes = kAdminCodes},
     {.path = "db migrate",
      .summary = "Bring the database to this version",
      .description = "Lists or applies pending migrations, one transaction each, after a backup. A "
                     "newer database is refused.",
      .command_class = CommandClass::admin,
      .options = kMigrateOptions,
      .examples = kMigrateExamples,
      .exit_codes = kAdminCodes},
     {.path = "db quarantine list",
      .summary = "List what was refused, and why",
      .description = "Records that broke a rule are kept here and never stop the others.",
      .command_class = CommandClass::question,
      .examples = kListExamples,
      .exit_codes = kQuestionCodes},
     {.path = "db quarantine retry",
      .summary = "Give refused records a second chance",
      .description = "Each row is judged again and leaves the quarantine when it is taken.",
      .command_class = CommandClass::admin,
      .positionals = kQuarantineIds,
      .examples = kRetryExamples,
      .exit_codes = kAdminCodes},
     {.path = "db quarantine drop",
      .summary = "Remove refused records for good",
      .description = "Asks on a terminal; elsewhere --yes is needed.",
      .command_class = CommandClass::admin,
      .options = kDestructive,
      .positionals = kQuarantineIds,
      .examples = kDropExamples,
      .exit_codes = kAdminCodes}}};

}  // namespace

std::span<const Command> database_commands() { return kDatabaseCommands; }

}  // namespace shelduck::commands
