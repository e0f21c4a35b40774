// ParsedCommand is a command line that keeps the rules of the table, read value by value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/commands/table.hpp"

namespace shelduck::commands {

// What the words ask for: `--help` and `--version` win over everything else.
enum class Request { run, help, version };

// A value and who said it: "flag", "SHELDUCK_DAYS", a file's path, or "default".
struct Value {
  std::vector<std::string> texts;
  std::string origin = "flag";
};

struct ParsedCommand {
  Request request = Request::run;
  const Command* command = nullptr;  // null only for help and version
  std::string topic;                 // the path that help was asked for; empty for all
  std::map<std::string, Value, std::less<>> options;
  std::map<std::string, std::vector<std::string>, std::less<>> positionals;
  std::vector<std::string> rest;  // the other program's words, for Tail::command_line

  [[nodiscard]] bool has(std::string_view option) const;   // given, or a setting, or a default
  [[nodiscard]] bool flag(std::string_view option) const;  // a flag that is on
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
  [[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view option) const;
  [[nodiscard]] std::optional<std::int64_t> byte_count(std::string_view option) const;
  [[nodiscard]] std::optional<double> number(std::string_view option) const;
  [[nodiscard]] std::optional<double> level(std::string_view option) const;  // 0.9 for 0.9 and 90
  [[nodiscard]] std::optional<std::int64_t> age_seconds(std::string_view option) const;
  [[nodiscard]] std::optional<std::int64_t> moment(std::string_view option) const;  // Unix seconds
  // Of an option, or of a positional.
  [[nodiscard]] std::optional<std::uint64_t> address(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> positional(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> positional_list(std::string_view name) const;
};

}  // namespace shelduck::commands
