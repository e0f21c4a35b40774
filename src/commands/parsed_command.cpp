#include "shelduck/commands/parsed_command.hpp"

#include "shelduck/commands/value.hpp"
#include "shelduck/core/bytes.hpp"

namespace shelduck::commands {

bool ParsedCommand::has(std::string_view option) const { return options.contains(option); }

bool ParsedCommand::flag(std::string_view option) const {
  const auto text = value(option);
  return text && read_switch(*text).value_or(false);
}

std::optional<std::string> ParsedCommand::value(std::string_view option) const {
  const auto found = options.find(option);
  if (found == options.end() || found->second.texts.empty()) return std::nullopt;
  return found->second.texts.back();
}

std::optional<std::int64_t> ParsedCommand::whole_number(std::string_view option) const {
  const auto text = value(option);
  return text ? read_integer(*text) : std::nullopt;
}

std::optional<std::int64_t> ParsedCommand::byte_count(std::string_view option) const {
  const auto text = value(option);
  return text ? parse_bytes(*text) : std::nullopt;
}

std::optional<double> ParsedCommand::number(std::string_view option) const {
  const auto text = value(option);
  return text ? read_number(*text) : std::nullopt;
}

std::optional<double> ParsedCommand::level(std::string_view option) const {
  const auto text = value(option);
  return text ? read_level(*text) : std::nullopt;
}

std::optional<std::int64_t> ParsedCommand::age_seconds(std::string_view option) const {
  const auto text = value(option);
  return text ? read_age(*text) : std::nullopt;
}

std::optional<std::int64_t> ParsedCommand::moment(std::string_view option) const {
  const auto text = value(option);
  return text ? read_moment(*text) : std::nullopt;
}

std::optional<std::uint64_t> ParsedCommand::address(std::string_view name) const {
  const auto text = positionals.contains(name) ? positional(name) : value(name);
  return text ? read_address(*text) : std::nullopt;
}

std::optional<std::string> ParsedCommand::positional(std::string_view name) const {
  const auto found = positionals.find(name);
  if (found == positionals.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

std::vector<std::string> ParsedCommand::positional_list(std::string_view name) const {
  const auto found = positionals.find(name);
  return found == positionals.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace shelduck::commands
