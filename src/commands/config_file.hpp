// A config.toml as flat names and texts.
//
//   const auto file = read_config_file("config.toml");
//   file->values.at("days").texts;                    // {"30"}
//   file->values.at("sensors.line-protocol").texts;   // a text for each table of a list
//
// A key in a table has the table's name in front. In a table that is named as a setting is,
// `database` stands for that setting: `[sensors] database = "FILE"` for `sensors = "FILE"`, since
// TOML takes no key both as a value and as a table.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace shelduck::commands {

// As texts of options; a table as TOML's inline form of it, {name = "value"}.
struct ConfigValue {
  std::vector<std::string> texts;
  bool is_plain = true;  // a text, number or boolean; else a list or a table
};

struct ConfigFile {
  std::string path;
  std::map<std::string, ConfigValue, std::less<>> values;  // by option name: no-progress
  std::map<std::string, std::string, std::less<>> keys;    // option name to key: no_progress
};

// Nothing where there is no such file. Throws Error: io when it cannot be read, invalid_input with
// line and column when it is no TOML or a value is a date or a time.
[[nodiscard]] std::optional<ConfigFile> read_config_file(const std::filesystem::path& path);

}  // namespace shelduck::commands
