#include <array>

#include "shelduck/commands/sensor_options.hpp"
#include "shelduck/commands/table_options.hpp"
#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

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

constexpr std::array<Command, 3> kSensorRefusedCommands{
    {{.path = "sensors quarantine list",
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
      .exit_codes = kAdminCodes}}};

}  // namespace

std::span<const Command> sensor_refused_commands() { return kSensorRefusedCommands; }

}  // namespace shelduck::commands
