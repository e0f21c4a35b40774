#include "shelduck/commands/table.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

constexpr std::array<std::string_view, 4> kFormats{"table", "json", "ndjson", "csv"};
constexpr std::array<std::string_view, 3> kColors{"auto", "always", "never"};

constexpr std::array<Option, 11> kGlobalOptions{
    {{.name = "db",
      .type = ValueType::path,
      .value_name = "PATH",
      .help = "The database file; history.duckdb in $XDG_DATA_HOME/shelduck by default.",
      .source = Source::setting},
     {.name = "format",
      .letter = 'f',
      .type = ValueType::choice,
      .value_name = "FORMAT",
      .choices = kFormats,
      .help = "How answers are written; a table everywhere unless asked otherwise.",
      .source = Source::setting},
     {.name = "json", .letter = 'j', .help = "Short for --format json."},
     {.name = "color",
      .type = ValueType::choice,
      .value_name = "WHEN",
      .fallback = "auto",
      .choices = kColors,
      .help = "Colours; auto means on a terminal, unless NO_COLOR is set.",
      .source = Source::setting},
     {.name = "quiet",
      .letter = 'q',
      .help = "Only data and errors: no progress, no notes.",
      .source = Source::setting},
     {.name = "no-progress", .help = "No progress bars.", .source = Source::setting},
     {.name = "wait",
      .type = ValueType::seconds,
      .value_name = "SECONDS",
      .fallback = "10",
      .help = "How long to wait for a busy database.",
      .source = Source::setting},
     {.name = "tz",
      .type = ValueType::zone,
      .value_name = "ZONE",
      .fallback = "UTC",
      .help = "The zone whose midnights begin the days of `daily` and `trend`.",
      .source = Source::setting},
     {.name = "disk-floor",
      .type = ValueType::bytes,
      .value_name = "BYTES",
      .fallback = "64MB",
      .help = "Free space below which new records are refused.",
      .source = Source::setting},
     {.name = "help", .letter = 'h', .help = "Explain the command."},
     {.name = "version", .help = "Print the version."}}};

constexpr std::array<Group, 9> kGroups{{{"run", "Brackets around the executions of one update"},
                                        {"history", "Ask, import, export and prune the history"},
                                        {"sensors", "Take, ask, export, prune readings of sensors"},
                                        {"sensors quarantine", "What was sent and is no reading"},
                                        {"forecast", "Models on the series of a file"},
                                        {"db", "Care for the database file"},
                                        {"db quarantine", "Records that were refused"},
                                        {"token", "Credentials for clients of the server"},
                                        {"config", "Settings and where they come from"}}};

std::vector<const Command*> joined() {
  std::vector<const Command*> commands;
  for (const auto piece :
       {recording_commands(), history_commands(), sensors_commands(), sensor_refused_commands(),
        sensor_upkeep_commands(), sensor_source_commands(), forecast_commands(),
        database_commands(), server_commands(), program_commands()}) {
    for (const Command& command : piece) commands.push_back(&command);
  }
  return commands;
}

template <class Matches>
const Option* first_option(const Command& command, const Matches& matches) {
  const auto own = std::ranges::find_if(command.options, matches);
  if (own != command.options.end()) return &*own;
  const auto globals = global_options();
  const auto found = std::ranges::find_if(globals, [&](const Option& option) {
    return matches(option) &&
           std::ranges::find(command.without, option.name) == command.without.end();
  });
  return found == globals.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Command* const> all_commands() {
  static const std::vector<const Command*> kCommands = joined();
  return kCommands;
}

std::span<const Group> all_groups() { return kGroups; }

std::span<const Option> global_options() { return kGlobalOptions; }

const Command* find_command(std::string_view path) {
  const auto commands = all_commands();
  const auto found = std::find_if(commands.begin(), commands.end(),
                                  [&](const Command* command) { return command->path == path; });
  return found == commands.end() ? nullptr : *found;
}

const Group* find_group(std::string_view path) {
  const auto found = std::find_if(kGroups.begin(), kGroups.end(),
                                  [&](const Group& group) { return group.path == path; });
  return found == kGroups.end() ? nullptr : &*found;
}

std::string_view setting_name(const Option& option) {
  return option.setting.empty() ? option.name : option.setting;
}

const Option* find_option(const Command& command, std::string_view name) {
  return first_option(command, [&](const Option& option) { return option.name == name; });
}

const Option* find_option(const Command& command, char letter) {
  return first_option(command, [&](const Option& option) { return option.letter == letter; });
}

std::string_view exit_code_meaning(int code) {
  switch (code) {
    case 0:
      return "done";
    case 1:
      return "failed";
    case 2:
      return "wrong usage";
    case 3:
      return "not found";
    case 4:
      return "busy: somebody else owns the database";
    case 5:
      return "corrupt, or a check found problems";
    case 6:
      return "refused: the disk is too full, or --yes is missing";
    case 126:
      return "the command could not be started";
    case 127:
      return "the command was not found";
    case 130:
      return "interrupted";
    default:
      return "the command's own code";
  }
}

std::string_view to_string(CommandClass command_class) {
  switch (command_class) {
    case CommandClass::local:
      return "local";
    case CommandClass::file:
      return "file";
    case CommandClass::record:
      return "record";
    case CommandClass::question:
      return "question";
    case CommandClass::admin:
      return "admin";
    case CommandClass::server:
      return "server";
  }
  return "local";
}

}  // namespace shelduck::commands
