#include "shelduck/commands/settings.hpp"

#include <algorithm>
#include <cstdlib>

#include "shelduck/commands/config_file.hpp"
#include "shelduck/commands/folders.hpp"
#include "shelduck/commands/old_environment.hpp"
#include "shelduck/commands/value_rule.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::commands {
namespace {

std::string variable_name(std::string_view option) {
  std::string name = "SHELDUCK_";
  for (const char c : option) {
    name +=
        c == '-' || c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return name;
}

std::string in_one_line(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& one : texts) text += (text.empty() ? "" : ", ") + one;
  return text;
}

std::vector<const Option*> every_setting() {
  std::vector<const Option*> settings;
  const auto add = [&](const Option& option) {
    if (option.source != Source::setting) return;
    const bool known = std::any_of(settings.begin(), settings.end(), [&](const Option* other) {
      return setting_name(*other) == setting_name(option);
    });
    if (!known) settings.push_back(&option);
  };
  for (const Option& option : global_options()) add(option);
  for (const Command* command : all_commands()) {
    for (const Option& option : command->options) add(option);
  }
  return settings;
}

// Everything outside the command line, read once; what breaks a rule is kept as a problem.
class Outside {
 public:
  explicit Outside(const SettingSources& sources) : environment_(sources.environment) {
    for (const auto& file : sources.files) read(file);
  }

  std::optional<Value> find(const Option& option) {
    const std::string variable = variable_name(setting_name(option));
    if (const auto text = environment_(variable)) {
      if (accept(option, *text, variable)) return Value{{*text}, variable};
    }
    if (auto value = find_old(option)) return value;
    for (const ConfigFile& file : files_) {
      const auto found = file.values.find(setting_name(option));
      if (found == file.values.end()) continue;
      if (accept(option, file, found->second)) return Value{found->second.texts, file.path};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::vector<Error> take_problems() { return std::move(problems_); }

 private:
  std::optional<Value> find_old(const Option& option) {
    try {
      const auto said = old_word(setting_name(option), environment_);
      if (said && accept(option, said->text, said->variable)) {
        return Value{{said->text}, said->variable};
      }
    } catch (const Error& problem) {
      problems_.push_back(problem);
    }
    return std::nullopt;
  }

  void read(const std::filesystem::path& path) {
    try {
      if (auto file = read_config_file(path)) {
        check_keys(*file);
        files_.push_back(std::move(*file));
      }
    } catch (const Error& problem) {
      problems_.push_back(problem);
    }
  }

  void check_keys(const ConfigFile& file) {
    const auto settings = every_setting();
    for (const auto& [key, value] : file.values) {
      const bool known = std::any_of(settings.begin(), settings.end(), [&](const Option* option) {
        return setting_name(*option) == key;
      });
      if (!known) problems_.push_back(unknown_key(file, key));
    }
  }

  static Error unknown_key(const ConfigFile& file, const std::string& key) {
    return Error{ErrorKind::invalid_input,
                 file.path + " has an unknown key '" + file.keys.at(key) + "'",
                 {.field = file.keys.at(key),
                  .value = in_one_line(file.values.at(key).texts),
                  .rule = "a setting of `shelduck config show`"}};
  }

  bool accept(const Option& option, const std::string& text, const std::string& field) {
    try {
      check_value(option, text, field);
      return true;
    } catch (const Error& problem) {
      problems_.push_back(problem);
      return false;
    }
  }

  // Of a file: only some settings take a list, and a list says something.
  bool accept(const Option& option, const ConfigFile& file, const ConfigValue& value) {
    const std::string& key = file.keys.find(setting_name(option))->second;
    const std::size_t count = value.texts.size();
    if (count == 0 || (option.times == Times::once && !value.is_plain)) {
      problems_.push_back(Error{ErrorKind::invalid_input,
                                key + " in " + file.path + " is not " + rule_of(option),
                                {.field = key + " in " + file.path,
                                 .value = in_one_line(value.texts),
                                 .rule = rule_of(option)}});
      return false;
    }
    bool is_good = true;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string place =
          count == 1 ? "" : " (" + std::to_string(i + 1) + " of " + std::to_string(count) + ")";
      is_good = accept(option, value.texts[i], key + place + " in " + file.path) && is_good;
    }
    return is_good;
  }

  const Environment& environment_;
  std::vector<ConfigFile> files_;
  std::vector<Error> problems_;
};

}  // namespace

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  };
}

SettingSources process_sources(const Environment& environment) {
  SettingSources sources{environment, {}};
  try {
    sources.files.push_back(config_folder(environment) / "config.toml");
  } catch (const Error&) {
    // No home folder: there is no user's file, and whoever needs a home says so.
    sources.files.clear();
  }
  sources.files.emplace_back("/etc/shelduck/config.toml");
  return sources;
}

Resolution resolve_leniently(ParsedCommand parsed, const SettingSources& sources) {
  Outside outside{sources};
  const auto fill = [&](const Option& option) {
    if (parsed.has(option.name) || find_option(*parsed.command, option.name) != &option) return;
    if (option.source == Source::setting) {
      if (auto value = outside.find(option)) {
        parsed.options.emplace(option.name, std::move(*value));
        return;
      }
    }
    if (!option.fallback.empty()) {
      parsed.options.emplace(option.name, Value{{std::string(option.fallback)}, "default"});
    }
  };
  for (const Option& option : parsed.command->options) fill(option);
  for (const Option& option : global_options()) fill(option);
  return {std::move(parsed), outside.take_problems()};
}

ParsedCommand resolve(ParsedCommand parsed, const SettingSources& sources) {
  Resolution resolution = resolve_leniently(std::move(parsed), sources);
  if (!resolution.problems.empty()) throw Error{resolution.problems.front()};
  return std::move(resolution.command);
}

OutputFormat output_format(const ParsedCommand& resolved) {
  if (resolved.flag("json")) return OutputFormat::json;
  const bool own = find_option(*resolved.command, "format") != find_option(Command{}, "format");
  const std::string format = own ? "table" : resolved.value("format").value_or("table");
  if (format == "json") return OutputFormat::json;
  if (format == "ndjson") return OutputFormat::ndjson;
  return format == "csv" ? OutputFormat::csv : OutputFormat::table;
}

std::vector<Setting> all_settings(const ParsedCommand& parsed, const SettingSources& sources) {
  Outside outside{sources};
  std::vector<Setting> settings;
  for (const Option* option : every_setting()) {
    Setting setting{std::string(setting_name(*option)), std::nullopt, "unset"};
    const auto given = parsed.options.find(setting_name(*option));
    if (given != parsed.options.end() && given->second.origin == "flag") {
      setting = {setting.name, parsed.value(option->name), "flag"};
    } else if (const auto value = outside.find(*option)) {
      setting = {setting.name, in_one_line(value->texts), value->origin};
    } else if (!option->fallback.empty()) {
      setting = {setting.name, std::string(option->fallback), "default"};
    } else if (option->type == ValueType::flag) {
      setting = {setting.name, "false", "default"};
    }
    settings.push_back(std::move(setting));
  }
  if (const auto problems = outside.take_problems(); !problems.empty())
    throw Error{problems.front()};
  return settings;
}

}  // namespace shelduck::commands
