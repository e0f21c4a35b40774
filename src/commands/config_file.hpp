// A config.toml as flat names and texts.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace shelduck::commands {

struct ConfigFile {
  std::string path;
  std::map<std::string, std::string, std::less<>> values;  // by option name: no-progress
  std::map<std::string, std::string, std::less<>> keys;    // option name to key: no_progress
};

// Nothing where there is no such file. Throws Error: io when it cannot be read, invalid_input with
// line and column when it is no TOML or a value is no text, number or boolean.
[[nodiscard]] std::optional<ConfigFile> read_config_file(const std::filesystem::path& path);

}  // namespace shelduck::commands
