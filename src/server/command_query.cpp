#include "shelduck/server/command_query.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>

#include "shelduck/commands/settings.hpp"
#include "shelduck/commands/value.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::server {
namespace {

using commands::Command;
using commands::Option;
using commands::Positional;
using commands::ValueType;

// The one option for all commands that changes an answer's document.
constexpr std::string_view kZone = "tz";

std::string parameter_name(std::string_view word) {
  std::string name{word};
  for (char& letter : name) {
    if (letter == '-') letter = '_';
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return name;
}

// Which file is asked, and what it is made with.
constexpr std::string_view kBackend = "backend";

// A client has no files and no terminal here.
bool is_parameter(const Option& option) {
  return option.type != ValueType::path && option.type != ValueType::flag &&
         option.name != kBackend;
}

bool has_days_of_a_zone(const Command& command) {
  return command.path == "history daily" || command.path == "history trend" ||
         command.path == "sensors daily";
}

std::vector<const Option*> options_of(const Command& command) {
  std::vector<const Option*> options;
  for (const Option& option : command.options) {
    if (is_parameter(option)) options.push_back(&option);
  }
  if (has_days_of_a_zone(command)) options.push_back(commands::find_option(command, kZone));
  return options;
}

const Option* option_named(const Command& command, std::string_view name) {
  const auto options = options_of(command);
  const auto found = std::ranges::find_if(
      options, [&](const Option* option) { return parameter_name(option->name) == name; });
  return found == options.end() ? nullptr : *found;
}

const Positional* positional_named(const Command& command, std::string_view name) {
  const auto found = std::ranges::find_if(
      command.positionals, [&](const Positional& one) { return parameter_name(one.name) == name; });
  return found == command.positionals.end() ? nullptr : &*found;
}

std::string names_of(const Command& command) {
  std::string names;
  const auto add = [&](std::string_view word) {
    names += (names.empty() ? "" : ", ") + parameter_name(word);
  };
  for (const Positional& positional : command.positionals) add(positional.name);
  for (const Option* option : options_of(command)) add(option->name);
  return names;
}

// The words of a command line that asks the same.
class Words {
 public:
  explicit Words(const Command& command) : command_(command) {
    for (std::string_view path = command.path; !path.empty();) {
      const std::string_view word = path.substr(0, path.find(' '));
      path.remove_prefix(std::min(word.size() + 1, path.size()));
      words_.emplace_back(word);
    }
  }

  void add(const std::string& name, const std::string& value) {
    const Positional* positional = positional_named(command_, name);
    const Option* option = option_named(command_, name);
    if (positional == nullptr && option == nullptr) throw unknown(name, value);
    const bool is_first = names_.insert(name).second;
    const auto times = positional != nullptr ? positional->times : option->times;
    if (!is_first && times == commands::Times::once) {
      throw Error{ErrorKind::invalid_input,
                  "the parameter '" + name + "' stands there twice",
                  {.field = name, .value = value, .rule = "given once"}};
    }
    if (option != nullptr) {
      words_.push_back("--" + std::string(option->name) + "=" + value);
    } else {
      plain_.push_back(value);
    }
  }

  [[nodiscard]] std::vector<std::string> all() const {
    std::vector<std::string> all = words_;
    all.emplace_back("--");
    all.insert(all.end(), plain_.begin(), plain_.end());
    return all;
  }

 private:
  [[nodiscard]] Error unknown(const std::string& name, const std::string& value) const {
    const std::string names = names_of(command_);
    return Error{ErrorKind::invalid_input,
                 "there is no parameter '" + name + "' here",
                 {.field = name,
                  .value = value,
                  .rule = names.empty() ? "no parameters" : "one of " + names}};
  }

  const Command& command_;
  std::vector<std::string> words_;
  std::vector<std::string> plain_;
  std::set<std::string> names_;
};

// The same error, in the words of a client that knows no flags.
Error in_words_of_http(const Error& error) {
  ErrorDetail detail = error.detail();
  std::string message = error.what();
  if (detail.field.starts_with("--")) {
    const std::string flag = std::exchange(detail.field, parameter_name(detail.field.substr(2)));
    if (message.starts_with(flag)) message.replace(0, flag.size(), detail.field);
  }
  detail.field = parameter_name(detail.field);
  detail.hint.clear();
  return Error{error.kind(), message, std::move(detail)};
}

Document schema_of(const Option& option) {
  Document schema = Document::object();
  switch (option.type) {
    case ValueType::count:
    case ValueType::address:
      schema.set("type", "integer").set("minimum", 0);
      break;
    case ValueType::whole:
      schema.set("type", "integer");
      break;
    case ValueType::positive:
      schema.set("type", "integer").set("minimum", 1);
      break;
    case ValueType::seconds:
      schema.set("type", "number").set("minimum", 0);
      break;
    case ValueType::percent:
      schema.set("type", "number").set("minimum", 0).set("maximum", 100);
      break;
    case ValueType::level:
      schema.set("type", "number").set("exclusiveMinimum", 0).set("exclusiveMaximum", 100);
      break;
    default:
      schema.set("type", "string");
  }
  if (option.range) {
    schema.set("minimum", option.range->least);
    if (option.range->most < std::numeric_limits<std::int64_t>::max()) {
      schema.set("maximum", option.range->most);
    }
  }
  if (!option.choices.empty()) {
    Document choices = Document::array();
    for (const std::string_view choice : option.choices) choices.add(choice);
    schema.set("enum", choices);
  }
  return schema;
}

Document schema_of(const Positional& positional) {
  Document schema = Document::object();
  schema.set("type", "string");
  if (positional.times == commands::Times::many) {
    return Document::object().set("type", "array").set("items", schema);
  }
  return schema;
}

std::string description_of(const Option& option) {
  const std::string fallback =
      option.fallback.empty() ? "" : " Default: " + std::string(option.fallback) + ".";
  return std::string(option.help) + fallback;
}

// A path is made of addresses that there can be; another one leads nowhere.
void require_addresses(const Command& command, const http::Request& request) {
  for (const auto& [name, value] : request.captures) {
    const Positional* positional = positional_named(command, name);
    if (positional == nullptr || positional->type != ValueType::address) continue;
    if (!commands::read_address(value)) throw Error{ErrorKind::not_found, "Endpoint not found"};
  }
}

}  // namespace

bool is_credential(std::string_view parameter) noexcept {
  return parameter == "u" || parameter == "p";
}

commands::ParsedCommand parse_query(const Command& command, const http::Request& request) {
  require_addresses(command, request);
  Words words{command};
  for (const auto& [name, value] : request.captures) words.add(name, value);
  for (const auto& [name, value] : request.query) {
    if (!is_credential(name)) words.add(name, value);
  }
  try {
    return commands::resolve(
        commands::parse(words.all()),
        {.environment = [](std::string_view) { return std::nullopt; }, .files = {}});
  } catch (const Error& error) {
    throw in_words_of_http(error);
  }
}

std::vector<http::RouteParameter> parameters_of(const Command& command, std::string_view path) {
  std::vector<http::RouteParameter> parameters;
  for (const Positional& positional : command.positionals) {
    const std::string name = parameter_name(positional.name);
    const bool is_captured = path.find("{" + name + "}") != std::string_view::npos;
    parameters.push_back({.name = name,
                          .description = std::string(positional.help),
                          .schema = schema_of(positional),
                          .place = is_captured ? http::RouteParameter::Place::path
                                               : http::RouteParameter::Place::query,
                          .is_required = positional.need == commands::Need::required});
  }
  for (const Option* option : options_of(command)) {
    parameters.push_back({.name = parameter_name(option->name),
                          .description = description_of(*option),
                          .schema = schema_of(*option),
                          .is_required = option->need == commands::Need::required});
  }
  return parameters;
}

}  // namespace shelduck::server
