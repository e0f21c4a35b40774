// Settings: every option's value after flags, environment (then that of an older program:
// old_environment.hpp), the user's and the machine's config.toml and the table's defaults have been
// asked, in this order, with the origin of each.
//
//   const ParsedCommand resolved = resolve(parse(words), sources_of_process());
//   resolved.value("tz");                  // "UTC"
//   resolved.options.at("tz").origin;      // "default"
//
// Failure: Error(invalid_input) for a value that breaks its option's rule, an unknown key or a file
// that is no TOML; the message names the variable or the file.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/commands/parse.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::commands {

// Looks an environment variable up; an empty one counts as unset.
using Environment = std::function<std::optional<std::string>(std::string_view)>;

struct SettingSources {
  Environment environment;
  std::vector<std::filesystem::path> files;  // the first one wins
};

[[nodiscard]] Environment process_environment();

// $XDG_CONFIG_HOME/shelduck/config.toml (~/.config by default), then /etc/shelduck/config.toml.
[[nodiscard]] SettingSources process_sources(const Environment& environment);

// The command with settings and defaults filled in, and what was wrong outside the command line:
// such a value is passed over for the next source. For `exec`, which starts its child all the same.
struct Resolution {
  ParsedCommand command;
  std::vector<Error> problems;
};
[[nodiscard]] Resolution resolve_leniently(ParsedCommand parsed, const SettingSources& sources);

// The same, but the first problem is thrown.
[[nodiscard]] ParsedCommand resolve(ParsedCommand parsed, const SettingSources& sources);

enum class OutputFormat { table, json, ndjson, csv };

// How the answer of a resolved command is written. Commands whose own --format speaks of files
// (export, backup) answer with a table or, with --json, JSON.
[[nodiscard]] OutputFormat output_format(const ParsedCommand& resolved);

struct Setting {
  std::string name;
  std::optional<std::string> value;
  std::string origin;
};

// Every setting, of whatever command, in the table's order: what `config show` prints. Flags of
// `parsed` count.
[[nodiscard]] std::vector<Setting> all_settings(const ParsedCommand& parsed,
                                                const SettingSources& sources);

}  // namespace shelduck::commands
