// The one table of commands: every word, option, default, example and class of the command line, as
// data. Parsing, help, completion and man pages are made from it; handlers are bound elsewhere, by
// path. A new command is a new row in a table_*.cpp file and nothing more here.
//
//   const Command* stats = find_command("history stats");
//   for (const Option& option : stats->options) ...
//
// All of it is constant and safe from any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace shelduck::commands {

// Where a command runs (server contract).
enum class CommandClass {
  local,     // needs no database
  file,      // needs no database, but the engine program: reads the files that it names
  record,    // appends to the caller's own journal
  question,  // reads; the owner of the database answers
  admin,     // changes or checks the whole database, exclusively
  server,    // becomes the owner of the database, until a signal
};

// What a value must look like. The rule of each type is one sentence: rule_of().
enum class ValueType {
  flag,      // no value: given or not
  text,      // any text that is not empty
  path,      // a file or folder name
  choice,    // one word of Option::choices
  count,     // a whole number from 0
  positive,  // a whole number from 1
  whole,     // a whole number, also below 0: the domain has a rule and words of its own
  seconds,   // a number from 0
  percent,   // 0 to 100
  level,     // 0.9 or 90
  bytes,     // 4096, 100MB, 2GiB
  age,       // 90, 400d, 12h, 8w: days when no unit is named
  zone,      // UTC, +02:00 or a name such as Europe/Warsaw
  uuid,
  address,  // of a sensor node: a whole number below 2^64
  moment,   // Unix seconds, or an instant
  mapping,  // of the line protocol: one of Option::choices, or {measurement = ...}
};

// A setting may also stand in the environment (SHELDUCK_<NAME>) and in config.toml (<name>).
enum class Source { flag_only, setting };

enum class Need { optional, required };

enum class Times { once, many };

// Both ends belong to it.
struct WholeRange {
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

struct Option {
  std::string_view name;  // without the dashes
  char letter = '\0';
  ValueType type = ValueType::flag;
  std::string_view value_name{};  // as help prints it: NAME, SECONDS
  std::string_view fallback{};    // the default; empty means there is none
  std::span<const std::string_view> choices{};
  std::string_view help{};
  Source source = Source::flag_only;
  Need need = Need::optional;
  Times times = Times::once;
  std::string_view setting{};  // the <name> of a setting, where it is not the option's own
  // Of the numbers of its type those that are taken; whoever answers judges them, in its own words.
  std::optional<WholeRange> range{};
};

struct Positional {
  std::string_view name;
  ValueType type = ValueType::text;
  Need need = Need::required;
  Times times = Times::once;
  std::span<const std::string_view> choices{};
  std::string_view help{};
};

struct Example {
  std::string_view line;
  std::string_view effect;
};

// What follows the options of a command.
enum class Tail {
  positionals,
  command_line,  // another program and its arguments, taken as they are
};

struct Command {
  std::string_view path;         // "exec", "history stats", "db quarantine list"
  std::string_view summary;      // one line, no full stop
  std::string_view description;  // paragraphs divided by empty lines
  CommandClass command_class = CommandClass::local;
  std::span<const Option> options{};
  std::span<const Positional> positionals{};
  std::span<const Example> examples{};
  std::span<const int> exit_codes{};
  Tail tail = Tail::positionals;
  std::span<const std::string_view> without{};  // global options that mean nothing here
};

// A word that only leads to other words: "history", "db", "db quarantine".
struct Group {
  std::string_view path;
  std::string_view summary;
};

[[nodiscard]] std::span<const Command* const> all_commands();
[[nodiscard]] std::span<const Group> all_groups();

// The options that every command takes, but for those that one is without.
[[nodiscard]] std::span<const Option> global_options();

// Null where there is none of this path.
[[nodiscard]] const Command* find_command(std::string_view path);
[[nodiscard]] const Group* find_group(std::string_view path);

// The name under which an option stands in the environment and in files.
[[nodiscard]] std::string_view setting_name(const Option& option);

// The option a command knows by this name or letter: its own first, then the global ones.
[[nodiscard]] const Option* find_option(const Command& command, std::string_view name);
[[nodiscard]] const Option* find_option(const Command& command, char letter);

// What exit code `code` means, as help prints it.
[[nodiscard]] std::string_view exit_code_meaning(int code);

[[nodiscard]] std::string_view to_string(CommandClass command_class);

}  // namespace shelduck::commands
